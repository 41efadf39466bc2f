# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by tests/run.sh and examples/demo.sh: what Debian packages are missing, and as root, getting them.

# missing_packages FILE: the packages of FILE (one a line) that are not installed
missing_packages() {
	while read -r package; do
		case $package in '' | '#'*) continue ;; esac
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
	done <"$1"
}

# install_packages FILE: never fails; what could not be had is said, and the caller looks for what it cannot do without
install_packages() {
	command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || return 0
	packages_missing=$(missing_packages "$1" | tr '\n' ' ')
	[ -n "$packages_missing" ] || return 0
	if [ "$(id -u)" != 0 ]; then
		echo "not installed: $packages_missing(root could: apt-get install $packages_missing)"
		return 0
	fi
	echo "== installing $packages_missing"
	packages_log=$(mktemp)
	# shellcheck disable=SC2086 # a list of words
	{
		apt-get update -q
		DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $packages_missing ||
			# one that this release does not have must not keep the others away
			for package in $packages_missing; do
				DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$package"
			done
	} </dev/null >"$packages_log" 2>&1
	packages_missing=$(missing_packages "$1" | tr '\n' ' ')
	[ -n "$packages_missing" ] && { tail -n 15 "$packages_log"; echo "could not be installed: $packages_missing"; }
	rm -f "$packages_log"
	return 0
}
