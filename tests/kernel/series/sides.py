# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who works on the volumes: lvm2 with the kernel, liblvol with the kernel, liblvol alone. All on the same files."""
import fcntl
import mmap
import os
import struct
import subprocess
import time

import lvol

VG = 'vg'
BLKDISCARD, BLKFLSBUF, BLKSSZGET = 0x1277, 0x1261, 0x1268
REPORT = 'lv_name,segtype,lv_attr,lv_size,origin,pool_lv'


class Wrong(Exception):
    """What must not be."""


class Broken(Exception):
    """lvm2 failed, and left what it had begun: nobody can go on."""


class Refused(Exception):
    """A command was not done: not each side does all."""


class Side:
    """One of the three. `paths` are the PVs as it calls them."""

    name = ''

    def __init__(self, paths, log):
        self.paths, self.log = paths, log

    def tool(self):
        raise NotImplementedError

    def call(self, *words, limit=90):
        """Status, standard output and standard error of a command."""
        command = [*self.tool(), *words]
        began = time.monotonic()
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=limit, stdin=subprocess.DEVNULL,
                                  close_fds=False, check=False, errors='replace')
        except subprocess.TimeoutExpired as e:
            raise Wrong(f'{self.name}: {" ".join(words)} does not end') from e
        self.log(f'{self.name}: {" ".join(words)} -> {done.returncode} ({time.monotonic() - began:.2f} s)'
                 + ('' if done.returncode == 0 else '\n    ' + (done.stdout + done.stderr).strip().replace('\n', '\n    ')))
        if done.returncode < 0 or done.returncode in (124, 134, 139):
            raise Wrong(f'{self.name}: {" ".join(words)} died with {done.returncode}: {done.stderr}')
        return done.returncode, done.stdout, done.stderr

    def do(self, *words):
        """An operation, which may be refused."""
        status, _, said = self.call(*words)
        if status:
            raise Refused(said.strip().splitlines()[-1] if said.strip() else f'status {status}')

    def must(self, *words):
        """What has to succeed."""
        status, out, said = self.call(*words)
        if status:
            raise Wrong(f'{self.name}: {" ".join(words)}: {said.strip() or status}')
        return out

    def pv(self, n):
        return self.paths[n]


def list_lvs(files):
    """Rows of all LVs by name, as the metadata in the files have them."""
    rows = {}
    with lvol.Context(*files, locking=False) as ctx:
        for row in ctx.scan().report('lvs', fields=REPORT, all=True, units='b', suffix=False):
            row['hidden'] = row['lv_name'].startswith('[')
            row = {key: value.strip('[]') if isinstance(value, str) else value for key, value in row.items()}
            rows.setdefault(row['lv_name'], row)
    return rows


class User(Side):
    """liblvol alone, in the files."""

    name = 'user'
    active = False

    def tool(self):
        return [os.environ['LVOL_TOOL'], '--nolocking', '--devices', ','.join(self.paths)]

    def begin(self):
        pass

    def end(self):
        pass

    def open(self, lv, write=False):
        return UserIo(self.paths, lv, write)


class UserIo:
    """An LV, opened through the library."""

    def __init__(self, paths, lv, write):
        self.ctx = lvol.Context(*paths, locking=False)
        try:
            self.io = self.ctx.vg(VG).lv(lv).open(write=write)
        except lvol.Error:
            self.ctx.close()
            raise
        self.size, self.align = self.io.size_bytes, 1

    def read(self, length, offset):
        return self.io.pread(length, offset)

    def write(self, data, offset):
        self.io.pwrite(data, offset)

    def discard(self, length, offset):
        self.io.discard(length, offset)

    def flush(self):
        self.io.flush()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.io.close()
        self.ctx.close()


class KernelSide(Side):
    """What is active in the kernel."""

    active = True
    no_polling = []

    def begin(self):
        for path in self.paths:
            with open(path, 'rb') as device:
                fcntl.ioctl(device, BLKFLSBUF)
        self.must('vgchange', '-ay', '-K', *self.no_polling, VG)

    def end(self):
        for last in (False, False, True):
            status, _, said = self.call('vgchange', '-an', VG)
            if status == 0:
                break
            if last:
                raise Wrong(f'{self.name}: vgchange -an: {said}')
            time.sleep(0.5)
        left = subprocess.run(['dmsetup', 'ls'], capture_output=True, text=True, check=False).stdout
        if f'{VG}-' in left:
            raise Wrong(f'{self.name}: vgchange -an left {left.split()}')

    def open(self, lv, write=False):
        if not os.path.exists(f'/dev/{VG}/{lv}'):
            self.must('lvchange', '-ay', '-K', f'{VG}/{lv}')
        return KernelIo(f'/dev/{VG}/{lv}', write)


class KernelIo:
    """A block device, without the page cache where sectors fit, through it elsewhere."""

    def __init__(self, path, write):
        self.path, mode = path, os.O_RDWR if write else os.O_RDONLY
        self.direct, self.cached = os.open(path, mode | os.O_DIRECT), None
        self.mode = mode
        self.size = os.lseek(self.direct, 0, os.SEEK_END)
        self.align = struct.unpack('i', fcntl.ioctl(self.direct, BLKSSZGET, bytes(4)))[0]

    def read(self, length, offset):
        data = bytearray()
        with mmap.mmap(-1, 1 << 20) as buffer:
            while len(data) < length:
                now = min(1 << 20, length - len(data))
                with memoryview(buffer) as view, view[:-(-now // 4096) * 4096] as part:
                    got = os.preadv(self.direct, [part], offset + len(data))
                data += buffer[:min(got, now)]
        return bytes(data)

    def write(self, data, offset):
        if offset % self.align or len(data) % self.align:
            if self.cached is None:
                self.cached = os.open(self.path, self.mode)
            os.pwrite(self.cached, data, offset)
            # before anything goes beside the page cache
            os.fsync(self.cached)
            fcntl.ioctl(self.cached, BLKFLSBUF)
            return
        with mmap.mmap(-1, -(-len(data) // 4096) * 4096) as buffer:
            buffer[:len(data)] = data
            with memoryview(buffer) as view, view[:len(data)] as part:
                if os.pwritev(self.direct, [part], offset) != len(data):
                    raise OSError(f'short write to {self.path}')

    def discard(self, length, offset):
        fcntl.ioctl(self.direct, BLKDISCARD, struct.pack('QQ', offset, length))

    def flush(self):
        os.fsync(self.direct)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for fd in (self.direct, self.cached):
            if fd is not None:
                os.close(fd)


class Lvm2(KernelSide):
    """The real lvm2."""

    name = 'lvm2'
    # of merges, which would go on in the background
    no_polling = ['--poll', 'n']

    def tool(self):
        return ['lvm']


class Live(KernelSide):
    """liblvol with the kernel's device-mapper."""

    name = 'live'

    def tool(self):
        return [os.environ['LVOL_TOOL'], '--devices', ','.join(self.paths)]
