#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A seeded random series of operations on real VGs, each done by lvol or by lvm2. See turns.sh.

usage: turns.py SEED STEPS DEVICE...
"""
import json
import os
import random
import subprocess
import sys

FIELDS = {
    'lvs': 'vg_name,lv_name,lv_uuid,lv_attr,lv_size,lv_tags,lv_allocation_policy,lv_read_ahead,lv_permissions,'
           'segtype,stripes,stripe_size,seg_start_pe,seg_size_pe,seg_pe_ranges,devices',
    'vgs': 'vg_name,vg_uuid,vg_attr,vg_size,vg_free,vg_extent_size,vg_extent_count,vg_free_count,vg_seqno,vg_tags,'
           'pv_count,lv_count,max_lv,max_pv,vg_mda_count,vg_mda_used_count',
    'pvs': 'pv_name,pv_uuid,vg_name,pv_fmt,pv_attr,pv_size,pv_free,pv_used,pv_pe_count,pv_pe_alloc_count,pe_start,'
           'pv_mda_count,pv_mda_used_count,pv_mda_size,pv_mda_free,pv_tags,pv_in_use,dev_size',
}
QUIET = ('Activation disabled', 'NOT backed up', 'leaked on lvm')


def key_of(row):
    return tuple(row.get(k, '') for k in ('pv_name', 'vg_uuid', 'lv_uuid', 'seg_start_pe'))


def same(field, ours, theirs):
    """Without device-mapper lvm2 cannot know whether an LV is active, and writes X."""
    if field == 'lv_attr' and ours:
        return len(ours) == len(theirs) and all(b == 'X' or a == b for a, b in zip(ours, theirs))
    return ours == theirs


class Tools:
    def __init__(self, devices):
        self.lvol = [os.environ['LVOL_TOOL'], '--devices', ','.join(devices)]

    def run(self, tool, words):
        command = (self.lvol if tool == 'lvol' else ['lvm']) + words
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        noise = [line for line in done.stderr.splitlines() if not any(q in line for q in QUIET)]
        return done.returncode, done.stdout, '\n'.join(noise)

    def rows(self, tool, what):
        status, out, noise = self.run(tool, [what, '-o', FIELDS[what], '--units', 'b', '--reportformat', 'json'] +
                                      (['-a'] if what == 'lvs' else []))
        if status or noise:
            raise SystemExit(f'{tool} {what}: status {status}: {noise}')
        (listing,) = json.loads(out)['report']
        (rows,) = listing.values()
        return rows


class Series:
    """Knows names only; sizes and room are for the tools to judge."""

    def __init__(self, seed, devices):
        self.random = random.Random(seed)
        self.tools = Tools(devices)
        self.devices = devices
        self.count = 0
        self.done = self.refused = 0

    def new_name(self, prefix):
        self.count += 1
        return f'{prefix}{self.count}'

    def vgs(self):
        return sorted({row['vg_name'] for row in self.tools.rows('lvm', 'vgs')})

    def lvs(self):
        return sorted({f"{row['vg_name']}/{row['lv_name']}" for row in self.tools.rows('lvm', 'lvs')})

    def pvs(self, vg):
        return [row['pv_name'] for row in self.tools.rows('lvm', 'pvs') if row['vg_name'] == vg]

    def create(self, tool):
        vgs = self.vgs()
        free = [row['pv_name'] for row in self.tools.rows('lvm', 'pvs') if not row['vg_name']]
        if free and (not vgs or self.random.random() < 0.1):
            return ['vgcreate', '-s', self.random.choice(['1m', '4m', '2m']), self.new_name('vg'),
                    *self.random.sample(free, self.random.randint(1, len(free)))]
        vg = self.random.choice(vgs)
        size = self.random.choice(['-L8m', '-L20m', '-l10%FREE', '-l5', '-L64m', '-l30%VG'])
        words = ['lvcreate', '-n', self.new_name('lv'), size, vg]
        if self.random.random() < 0.4:
            words += ['-i', str(self.random.randint(1, 3)), '-I', self.random.choice(['4k', '64k', '128k'])]
        if self.random.random() < 0.3:
            words += ['--alloc', self.random.choice(['anywhere', 'contiguous', 'cling', 'normal'])]
        if self.random.random() < 0.3:
            words += ['--addtag', self.random.choice(['red', 'blue'])]
        return words + (['-an', '-Zn', '-Wn', '-y'] if tool == 'lvm' else [])

    def change_lv(self, tool):
        lvs = self.lvs()
        if not lvs:
            return self.create(tool)
        lv = self.random.choice(lvs)
        return self.random.choice([
            lambda: ['lvextend', self.random.choice(['-L+8m', '-l+20%FREE', '-l+3', '-L+40m']), lv],
            lambda: ['lvextend', self.random.choice(['-L+8m', '-l+3']), lv],
            lambda: ['lvreduce', '-f', '-y', self.random.choice(['-l-1', '-L-4m', '-l50%LV'][:2]), lv],
            lambda: ['lvremove', '-f', '-y', lv],
            lambda: ['lvrename', lv.split('/')[0], lv.split('/')[1], self.new_name('lv')],
            lambda: ['lvchange', '-p', self.random.choice(['r', 'rw']), lv],
            lambda: ['lvchange', '--addtag', self.random.choice(['green', 'x.y']), lv],
            lambda: ['lvchange', '--deltag', 'green', lv],
            lambda: ['lvchange', '--alloc', self.random.choice(['inherit', 'cling', 'anywhere']), lv],
            lambda: ['lvchange', '-k', self.random.choice(['y', 'n']), lv],
        ])()

    def change_vg(self, tool):
        vgs = self.vgs()
        if not vgs:
            return self.create(tool)
        vg = self.random.choice(vgs)
        pvs = self.pvs(vg)
        free = [row['pv_name'] for row in self.tools.rows('lvm', 'pvs') if not row['vg_name']]
        return self.random.choice([
            lambda: ['vgextend', vg, self.random.choice(free)] if free else ['vgck', vg],
            lambda: ['vgreduce', vg, self.random.choice(pvs)],
            lambda: ['vgrename', vg, self.new_name('vg')],
            lambda: ['vgchange', '--addtag', 'vgtag', vg],
            lambda: ['vgchange', '--deltag', 'vgtag', vg],
            lambda: ['vgchange', '-l', self.random.choice(['0', '200']), vg],
            lambda: ['vgchange', '--alloc', self.random.choice(['normal', 'cling', 'anywhere']), vg],
            lambda: ['pvchange', '-x', self.random.choice(['y', 'y', 'n']), self.random.choice(pvs)],
            lambda: ['pvchange', '--addtag', 'pvtag', self.random.choice(pvs)],
            lambda: ['vgsplit', vg, self.new_name('vg'), self.random.choice(pvs)],
            lambda: ['vgmerge', *self.random.sample(vgs, 2)] if len(vgs) > 1 else ['vgck', vg],
            lambda: ['vgck', vg],
        ])()

    def step(self, number):
        tool = self.random.choice(['lvol', 'lvm'])
        words = self.random.choice([self.create, self.create, self.change_lv, self.change_lv, self.change_vg])(tool)
        status, out, noise = self.tools.run(tool, words)
        self.done += status == 0
        self.refused += status != 0
        print(f'{number:4} {tool:4} {" ".join(words)}: {"ok" if not status else noise.splitlines()[-1:]}', flush=True)
        if status not in (0, 5):
            raise SystemExit(f'status {status}: {out}{noise}')
        self.compare()

    def compare(self):
        for what in FIELDS:
            ours, theirs = ({key_of(row): row for row in self.tools.rows(tool, what)} for tool in ('lvol', 'lvm'))
            for key in sorted(set(ours) ^ set(theirs)):
                raise SystemExit(f'{what}: only {"lvol" if key in ours else "lvm"} has {key}')
            wrong = [f'{what} {key} {field}: lvol {ours[key].get(field)!r}, lvm {value!r}'
                     for key, row in theirs.items() for field, value in row.items()
                     if not same(field, ours[key].get(field), value)]
            if wrong:
                raise SystemExit('\n'.join(wrong))
        status, out, noise = self.tools.run('lvm', ['vgck'])
        if status or noise or out.strip():
            raise SystemExit(f'vgck: status {status}: {out}{noise}')


def main():
    seed, steps, devices = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    print(f'seed {seed}, {steps} steps')
    series = Series(seed, devices)
    half = len(devices) // 2
    for tool, some in (('lvol', devices[:half]), ('lvm', devices[half:])):
        status, out, noise = series.tools.run(tool, ['pvcreate', *some])
        if status:
            raise SystemExit(f'{tool} pvcreate: {noise}')
    for number in range(steps):
        series.step(number)
    print(f'{series.done} operations done, {series.refused} refused')
    if series.done < steps // 2:
        raise SystemExit('most operations were refused: this series shows nothing')


main()
