# SPDX-License-Identifier: LGPL-2.1-or-later
"""The volumes as they have to be: for each LV its bytes, and which raids are in sync."""
import random
import re
import subprocess
import time

import lvol
from operations import MIB, OPERATIONS
from sides import VG, Broken, Refused, Wrong, list_lvs


class Unfit(Exception):
    """There is nothing that this operation could be done to."""


class World:
    def __init__(self, sides, seed, log):
        self.sides, self.rng, self.log = sides, random.Random(seed), log
        self.side, self.rows, self.data = sides['user'], {}, {}
        # device-mapper name of each raid and mirror that has nothing to synchronise; what failed or was refused
        self.synced, self.names, self.count, self.refusals = set(), 0, {}, {}

    def list(self):
        return list_lvs(self.sides['user'].paths)

    # what operations ask for

    def new_name(self):
        self.names += 1
        return f'v{self.names}'

    def unfit(self):
        raise Unfit

    def pick(self, condition, known=True):
        names = [name for name, row in self.rows.items() if not row['hidden'] and '_rimage_' not in name and
                 (name in self.data or not known) and condition(row)]
        if not names:
            raise Unfit
        return self.rng.choice(names)

    def a_pv(self):
        return self.side.pv(self.rng.randrange(len(self.side.paths)))

    def size(self, name):
        return len(self.data[name])

    def extents(self, name):
        """Bytes in the LV's extents, room to reshape included."""
        with lvol.Context(*self.sides['user'].paths, locking=False) as ctx:
            vg = ctx.vg(VG)
            return vg.lv(name).size_extents * vg.extent_bytes

    def do(self, *words):
        self.side.do(*words)
        self.rows = self.list()
        for word in words:
            self.out_of_sync(word.split('/')[-1])

    # what operations say

    def real_size(self, name):
        return int(self.rows[name]['lv_size'])

    def made(self, name, fill=True, zeros=False):
        """An LV of unknown content is filled."""
        self.data[name] = bytearray(self.real_size(name))
        if fill:
            self.fill(name, 0)
        elif zeros:
            self.compare(name)

    def copied(self, name, origin):
        self.data[name] = bytearray(self.data[origin])
        self.compare(name)

    def grown(self, name, before):
        size = self.real_size(name)
        if size < before:
            raise Wrong(f'{name} became smaller')
        if size > before:
            self.data[name] += bytes(size - before)
            self.fill(name, before)

    def cut(self, name):
        del self.data[name][self.real_size(name):]

    def gone(self, name):
        del self.data[name]

    def renamed(self, name, new):
        self.data[new] = self.data.pop(name)
        self.synced = {re.sub(rf'^{VG}-{re.escape(name)}(?=_|$)', f'{VG}-{new}', dm) for dm in self.synced}

    def forget_missing(self):
        self.data = {name: data for name, data in self.data.items() if name in self.rows}

    def out_of_sync(self, name):
        """Of this LV and what it stands on nothing is known."""
        self.synced = {dm for dm in self.synced if not re.match(rf'{VG}-{re.escape(name)}(_|$)', dm)}

    def all_synced(self):
        self.synced = {f'{VG}-{name}' for name, row in self.rows.items() if row['segtype'].startswith(('raid', 'mirror'))}

    # bytes

    def fill(self, name, at):
        data = self.data[name]
        with self.side.open(name, write=True) as io:
            while at < len(data):
                length = min(len(data) - at, self.rng.choice([256 << 10, MIB, 100 << 10]))
                data[at:at + length] = self.rng.randbytes(length)
                io.write(data[at:at + length], at)
                at += length
            io.flush()

    def write_some(self, name=None, opened=None):
        name = name or self.pick(lambda row: row['lv_attr'][1] == 'w' and row['lv_attr'][0] != 'S')
        data, said = self.data[name], []
        with opened or self.side.open(name, write=True) as io:
            for _ in range(self.rng.randint(1, 8)):
                length = self.rng.choice([512, 4096, self.rng.randint(1, 20000), 65536, self.rng.randint(1, 600) * 512])
                length = min(length, len(data))
                at = self.rng.randint(0, len(data) - length)
                if self.rng.random() < .7:
                    unit = self.rng.choice([512, 4096])
                    at, length = at // unit * unit, max(unit, length // unit * unit)
                    length = min(length, len(data) - at)
                data[at:at + length] = self.rng.randbytes(length)
                io.write(data[at:at + length], at)
                said.append(f'{length}@{at}')
            io.flush()
        self.log(f'{self.side.name}: write {name} {" ".join(said)}')

    def discard_some(self):
        name = self.pick(lambda row: row['lv_attr'][1] == 'w' and row['lv_attr'][0] != 'S')
        data = self.data[name]
        at = self.rng.randrange(0, len(data), 4096)
        length = min(len(data) - at, self.rng.choice([4096, 65536, 300 << 10, MIB]))
        with self.side.open(name, write=True) as io:
            try:
                io.discard(length, at)
            except (OSError, RuntimeError) as e:
                self.log(f'{self.side.name}: discard {name} {length}@{at}: {e}')
                raise Unfit from e
            io.flush()
            # what is there now is for each to say, but the same from now on, and in the range alone
            data[at:at + length] = io.read(length, at)
        self.log(f'{self.side.name}: discard {name} {length}@{at}')

    def compare(self, name):
        with self.side.open(name) as io:
            if io.size != len(self.data[name]):
                raise Wrong(f'{self.side.name}: {name} has {io.size} bytes and not {len(self.data[name])}')
            found = io.read(io.size, 0)
        data = self.data[name]
        if found == data:
            return
        bad = [at for at in range(0, len(data), 512) if found[at:at + 512] != data[at:at + 512]]
        raise Wrong(f'{self.side.name}: {name} ({self.rows[name]["segtype"]}) differs in {len(bad)} sectors, from {bad[0]} to {bad[-1]}'
                    f'; zeros there: {not any(found[bad[0]:bad[0] + 512])}')

    def compare_all(self):
        shown = {name for name, row in self.rows.items() if not row['hidden'] and '_rimage_' not in name and
                 not row['segtype'].endswith('-pool') and row['lv_attr'][0] != 'S'}
        if shown != set(self.data):
            raise Wrong(f'{self.side.name}: shows {sorted(shown)}, and not {sorted(self.data)}')
        for name in self.data:
            self.compare(name)

    # synchronisation

    def legs(self):
        """(name, in sync, what is going on) of each raid and mirror of the kernel."""
        lines = subprocess.run(['dmsetup', 'status'], capture_output=True, text=True, check=False).stdout.splitlines()
        for line in lines:
            words = line.split()
            if len(words) > 6 and words[3] == 'raid' and not words[4].startswith('raid0'):
                done, whole = words[7].split('/')
                yield words[0].rstrip(':'), set(words[6]) <= {'A', '-'} and done == whole and words[8] == 'idle', line
            elif len(words) > 6 and words[3] == 'mirror':
                n = int(words[4])
                done, whole = words[5 + n].split('/')
                yield words[0].rstrip(':'), done == whole, line

    def check_synced(self):
        for name, good, line in self.legs():
            if name in self.synced and not good:
                raise Wrong(f'{self.side.name}: {name} was in sync, and is not: {line}')

    def settle(self):
        for _ in range(300):
            if all(good for _, good, _ in self.legs()):
                return
            time.sleep(.05)
        raise Wrong(f'{self.side.name}: does not get in sync: {[line for _, good, line in self.legs() if not good]}')

    def scrub(self):
        """Reads all legs of all raids."""
        for name, row in self.rows.items():
            if not row['segtype'].startswith('raid') or row['segtype'].startswith('raid0') or row['hidden']:
                continue
            if any('_rimage_' in other and not hidden['hidden'] and other.startswith(f'{name}_')
                   for other, hidden in self.rows.items()):
                continue
            if self.side.call('lvchange', '--syncaction', 'check', f'{VG}/{name}')[0] == 0:
                self.settle()
        for name, _, line in self.legs():
            words = line.split()
            if words[3] == 'raid' and words[9] != '0':
                raise Wrong(f'{self.side.name}: the legs of {name} differ: {line}')

    # turns

    def begin(self, side):
        self.side = side
        side.begin()
        if side.active:
            self.check_synced()
        if side.name == 'lvm2':
            for words in (('vgck', VG), ('lvs', '-a', VG)):
                said = side.call(*words)[2].strip()
                if said:
                    raise Wrong(f'lvm2: {" ".join(words)} says: {said}')
        self.rows = self.list()
        self.compare_all()
        if side.active:
            self.check_synced()

    def end(self):
        self.rows = self.list()
        if self.rng.random() < .3:
            self.compare_all()
        if self.side.active:
            if self.rng.random() < .7:
                self.settle()
                if self.rng.random() < .5:
                    self.scrub()
            self.synced = {name for name, good, _ in self.legs() if good}
        self.side.end()

    def step(self):
        operation = self.rng.choices(list(OPERATIONS), OPERATIONS.values())[0]
        if len(self.data) < 2 and self.rng.random() < .7:
            operation = next(iter(OPERATIONS))
        key = f'{self.side.name} {operation.__name__}'
        done, refused = self.count.setdefault(key, [0, 0])
        try:
            operation(self)
            self.count[key] = [done + 1, refused]
        except Unfit:
            pass
        except Refused as e:
            self.count[key] = [done, refused + 1]
            said = f'{key}: ' + re.sub(r'\bv\d+', 'V', str(e))
            self.refusals[said] = self.refusals.get(said, 0) + 1
            before, self.rows = set(self.rows), self.list()
            if self.side.name == 'lvm2' and set(self.rows) != before:
                raise Broken(f'{key} failed and left {set(self.rows) ^ before}') from e
