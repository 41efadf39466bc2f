# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is done to the volumes. Each operation takes the world, does one thing chosen at random, and keeps the model."""
import lvol
from sides import VG, Broken, UserIo

MIB = 1 << 20
POOLS = ('thin-pool', 'cache-pool')
RAIDS = {'raid0': 2, 'raid0_meta': 3, 'raid4': 2, 'raid5': 2, 'raid5_la': 3, 'raid5_ra': 2, 'raid5_ls': 3, 'raid5_rs': 2,
         'raid5_n': 2, 'raid6': 3, 'raid6_zr': 3, 'raid6_nr': 3, 'raid6_nc': 3, 'raid6_n_6': 3, 'raid6_ls_6': 3,
         'raid6_rs_6': 3, 'raid6_la_6': 3, 'raid6_ra_6': 3}


# what lvm2 makes of each without moving data about
ROWS = ['striped', 'raid0', 'raid0_meta', 'raid4', 'raid5_n', 'raid6_n_6']
TAKEOVERS = {'linear': ['raid1'], 'raid1': ['linear', 'raid5_n', 'raid4', 'raid10', 'raid0'], 'raid10': ['striped', 'raid0', 'raid0_meta'],
             **{kind: [*ROWS, 'raid10'] for kind in ROWS}, 'raid5': ['raid6', 'raid6_ls_6'],
             **{f'raid5_{way}': [f'raid6_{way}_6', 'raid6'] for way in ('ls', 'la', 'rs', 'ra')},
             **{f'raid6_{way}_6': [f'raid5_{way}', 'raid5'] for way in ('ls', 'la', 'rs', 'ra')}}


def plain(row):
    """Neither snapshot nor origin, pool, thin or cached: may become part of something."""
    return row['lv_attr'][0] in '-rRmM' and row['segtype'] not in ('thin', 'error', 'zero')


def full(name):
    return f'{VG}/{name}'


def layout(rng, width=3):
    """Words that say how an LV lies."""
    kind = rng.choice(['linear', 'linear', 'striped', 'mirror', 'raid1', 'raid1', 'raid10', 'row', 'row', 'row'])
    stripe = ['-I', rng.choice(['4k', '16k', '64k', '128k'])]
    region = ['-R', rng.choice(['64k', '128k', '512k'])] if rng.random() < .5 else []
    if kind == 'linear':
        return []
    if kind == 'striped':
        return ['-i', str(rng.randint(2, width)), *stripe]
    if kind == 'mirror':
        return ['--type', 'mirror', '-m', str(rng.randint(1, 2)), '--mirrorlog', rng.choice(['disk', 'core']), *region]
    if kind == 'raid1':
        return ['--type', 'raid1', '-m', str(rng.randint(1, 2)), *region, *(['--nosync'] if rng.random() < .3 else [])]
    if kind == 'raid10':
        return ['--type', 'raid10', '-i', '2', '-m', '1', *stripe, *region, *(['--nosync'] if rng.random() < .3 else [])]
    kind = rng.choice(list(RAIDS))
    return ['--type', kind, '-i', str(RAIDS[kind]), *stripe, *(region if not kind.startswith('raid0') else [])]


def create(w):
    name, size = w.new_name(), w.rng.choice([1, 2, 3, 4, 6])
    how = layout(w.rng)
    if how[1:2] and how[1].startswith('raid') and not how[1].startswith('raid0') and w.rng.random() < .12:
        how += ['--raidintegrity', 'y', '--raidintegritymode', w.rng.choice(['journal', 'bitmap'])]
        how = [word for word in how if word != '--nosync']
    w.do('lvcreate', '-y', '-n', name, '-L', f'{size}m', *how, VG)
    w.made(name)


def snapshot(w):
    origin = w.pick(lambda row: row['lv_attr'][0] in '-rom' and row['segtype'] not in ('thin', 'error') or
                    row['lv_attr'][0] == 'C' and row['segtype'] in ('cache', 'writecache'))
    # lvm2 gives the cache of such an LV two lines for one, with which the kernel spoils it; and of an LV that has room to reshape
    # it makes a snapshot larger than the LV, which it then cannot activate
    if w.rows[origin]['pool_lv'].endswith('_cvol') or int(w.rows[origin]['lv_size']) != w.extents(origin):
        w.unfit()
    name, size = w.new_name(), w.size(origin)
    chunk = ['-c', w.rng.choice(['4k', '8k', '16k', '64k'])] if w.rng.random() < .6 else []
    w.do('lvcreate', '-y', '-s', '-n', name, '-L', f'{size + 3 * MIB}b', *chunk, full(origin))
    w.copied(name, origin)


def thin_pool(w):
    name = w.new_name()
    words = ['-c', w.rng.choice(['64k', '128k', '192k'])] + (['-Zn'] if w.rng.random() < .2 else [])
    w.do('lvcreate', '-y', '-T', '-L', f'{w.rng.choice([12, 20])}m', *words, f'{VG}/{name}')


def thin_pool_of(w):
    """An LV becomes the data of a pool, perhaps another its metadata."""
    data = w.pick(lambda row: plain(row) and row['segtype'] != 'mirror')
    w.do('lvconvert', '-y', '--type', 'thin-pool', '-c', '64k', full(data))
    w.gone(data)


def thin(w):
    pool = w.pick(lambda row: row['segtype'] == 'thin-pool' and not row['hidden'], known=False)
    used = sum(int(row['lv_size']) for row in w.rows.values() if row['segtype'] == 'thin' and row['pool_lv'] == pool)
    sources = [name for name, row in w.rows.items() if row['segtype'] == 'thin' and row['pool_lv'] == pool
               and name in w.data]
    name = w.new_name()
    if sources and w.rng.random() < .6:
        origin = w.rng.choice(sources)
        if used + w.size(origin) > int(w.rows[pool]['lv_size']):
            w.unfit()
        w.do('lvcreate', '-y', '-s', '-n', name, '-kn', full(origin))
        w.copied(name, origin)
        return
    size = w.rng.choice([2, 3, 5])
    if used + size * MIB > int(w.rows[pool]['lv_size']):
        w.unfit()
    w.do('lvcreate', '-y', '-V', f'{size}m', '-T', full(pool), '-n', name)
    w.made(name, fill=w.rng.random() < .3, zeros=True)


def thin_of(w):
    """An LV becomes the read-only origin of a thin LV."""
    pool = w.pick(lambda row: row['segtype'] == 'thin-pool', known=False)
    lv = w.pick(lambda row: plain(row) and row['segtype'] in ('linear', 'striped', 'raid1', 'raid5'))
    used = sum(int(row['lv_size']) for row in w.rows.values() if row['segtype'] == 'thin' and row['pool_lv'] == pool)
    if used + w.size(lv) > int(w.rows[pool]['lv_size']):
        w.unfit()
    origin = w.new_name()
    w.do('lvconvert', '-y', '--type', 'thin', '--thinpool', full(pool), '--originname', origin, full(lv))
    w.copied(origin, lv)


def extend(w):
    name = w.pick(lambda row: row['lv_attr'][0] in '-rRmMVoC')
    if w.rows[name]['segtype'] == 'thin':
        w.unfit()
    before = w.size(name)
    w.do('lvextend', '-y', '-L', f'+{w.rng.choice([1, 2])}m', full(name))
    w.grown(name, before)


def extend_pool(w):
    pool = w.pick(lambda row: row['segtype'] == 'thin-pool' and not row['hidden'], known=False)
    if w.rng.random() < .3:
        w.do('lvextend', '-y', '--poolmetadatasize', '+2m', full(pool))
    else:
        w.do('lvextend', '-y', '-L', '+3m', full(pool))


def reduce(w):
    name = w.pick(lambda row: row['lv_attr'][0] in '-rV' and int(row['lv_size']) > 2 * MIB)
    w.do('lvreduce', '-y', '-f', '-L', '-1m', full(name))
    w.cut(name)


def in_sync(w, name):
    """Mostly: much is not done to raids that are not in sync."""
    if w.rng.random() < .7:
        if w.side.active:
            w.settle()
        else:
            w.do('lvchange', '--poll', 'y', full(name))


def mirrors(w):
    name = w.pick(lambda row: plain(row) and row['segtype'] in ('linear', 'striped', 'raid1', 'mirror'))
    kind = w.rows[name]['segtype']
    words = ['-m', w.rng.choice(['0', '1', '2', '+1', '-1'])]
    if kind in ('linear', 'striped') or w.rng.random() < .2:
        words = ['--type', w.rng.choice(['raid1', 'raid1', 'mirror']), '-m', w.rng.choice('12')]
    w.do('lvconvert', '-y', *words, full(name))


def reshaped(w, name, before):
    """lvm2 may have begun to move data about, and have rounded up; the device gets its new size at the end."""
    if w.side.name != 'lvm2':
        return
    w.settle()
    w.side.call('lvchange', '--refresh', full(name))
    w.settle()
    w.rows = w.list()
    w.side.end()
    if w.side.call('vgchange', '-ay', '-K', '--poll', 'n', VG)[0]:
        raise Broken(f'lvm2 cannot activate {name} when it has reshaped it')
    w.grown(name, before)


def takeover(w):
    name = w.pick(lambda row: plain(row) and row['segtype'] in TAKEOVERS)
    in_sync(w, name)
    to = w.rng.choice(TAKEOVERS[w.rows[name]['segtype']])
    before = w.size(name)
    w.do('lvconvert', '-y', '--type', to, full(name))
    reshaped(w, name, before)


def reshape(w):
    """Moves data about, which lvm2 with the kernel alone does."""
    name = w.pick(lambda row: row['segtype'].startswith(('raid5', 'raid6', 'raid4', 'raid10')))
    if w.side.name != 'lvm2':
        w.unfit()
    w.settle()
    kind = w.rows[name]['segtype']
    ways = [['-R', '256k']] if kind == 'raid10' else [['-I', w.rng.choice(['16k', '32k', '64k'])]]
    if kind.startswith('raid5'):
        ways.append(['--type', w.rng.choice(['raid5_ls', 'raid5_la', 'raid5_rs', 'raid5_ra', 'raid5_n'])])
    if kind.startswith('raid6'):
        ways.append(['--type', w.rng.choice(['raid6_zr', 'raid6_nr', 'raid6_nc', 'raid6_n_6'])])
    ways.append(['--stripes', str(w.rng.randint(2, 4))])
    before = w.size(name)
    w.do('lvconvert', '-y', *w.rng.choice(ways), full(name))
    reshaped(w, name, before)


def replace(w):
    name = w.pick(lambda row: row['lv_attr'][0] in 'rR')
    in_sync(w, name)
    w.do('lvconvert', '-y', '--replace', w.a_pv(), full(name))


def raid_change(w):
    """How a raid is used, and legs that are synchronised again."""
    name = w.pick(lambda row: row['lv_attr'][0] in 'rRmM')
    in_sync(w, name)
    pv = w.a_pv()
    ways = [['--resync'], ['--resync'], ['--rebuild', pv], ['--rebuild', pv], ['--maxrecoveryrate', '100m']]
    if w.rows[name]['segtype'] == 'raid1':
        ways += [['--writemostly', f'{pv}:t', '--writebehind', '100'], ['--writemostly', pv]]
    way = w.rng.choice(ways)
    # the kernel forgets where the data of a leg with room to reshape begin when it rebuilds that leg
    if way[0] == '--rebuild' and w.side.name == 'lvm2' and w.extents(name) != w.size(name):
        w.unfit()
    w.do('lvchange', '-y', *way, full(name))


def split(w):
    # lvm2 forgets that a snapshot is merged into a mirror whose legs it splits
    name = w.pick(lambda row: row['segtype'] in ('raid1', 'mirror') and not (w.side.name == 'lvm2' and row['lv_attr'][0] == 'O'))
    new = w.new_name()
    in_sync(w, name)
    w.do('lvconvert', '-y', '--splitmirrors', '1', '-n', new, full(name))
    w.copied(new, name)


def track(w):
    legs = [name for name, row in w.rows.items() if '_rimage_' in name and not row['hidden']]
    if legs:
        w.do('lvconvert', '-y', '--merge', full(w.rng.choice(legs)))
        return
    name = w.pick(lambda row: row['segtype'] == 'raid1')
    in_sync(w, name)
    w.do('lvconvert', '-y', '--splitmirrors', '1', '--trackchanges', full(name))


def integrity(w):
    name = w.pick(lambda row: row['segtype'].startswith('raid') and not row['segtype'].startswith('raid0'))
    in_sync(w, name)
    w.do('lvconvert', '-y', '--raidintegrity', w.rng.choice('yyn'), full(name))


def merge(w):
    name = w.pick(lambda row: row['lv_attr'][0] == 's' or row['segtype'] == 'thin' and row['origin'] in w.data)
    origin = w.rows[name]['origin']
    if origin not in w.data or origin not in w.rows:
        w.unfit()
    thin_one = w.rows[name]['segtype'] == 'thin'
    words = ['-b'] if not w.side.active and not thin_one and w.rng.random() < .5 else []
    w.do('lvconvert', '-y', '--merge', *words, full(name))
    if thin_one:
        w.data[origin] = w.data[name]
    else:
        # an origin that grew keeps what it has beyond its snapshot
        w.data[origin][:w.size(name)] = w.data[name]
    w.gone(name)


def split_snapshot(w):
    name = w.pick(lambda row: row['lv_attr'][0] == 's')
    w.do('lvconvert', '-y', '--splitsnapshot', full(name))
    w.gone(name)
    w.made(name)


def cache_pool(w):
    words = ['-c', w.rng.choice(['32k', '64k', '128k']), '--cachemetadataformat', w.rng.choice('122')]
    w.do('lvcreate', '-y', '--type', 'cache-pool', '-L', f'{w.rng.choice([2, 4])}m', '-n', w.new_name(), *words, VG)


def cache(w):
    slow = w.pick(lambda row: row['lv_attr'][0] in '-ro' and row['segtype'] not in ('thin', 'error', 'cache'))
    mode = ['--cachemode', w.rng.choice(['writethrough', 'writeback', 'writeback'])]
    pools = [name for name, row in w.rows.items() if row['segtype'] == 'cache-pool' and not row['hidden']]
    if pools and w.rng.random() < .6:
        w.do('lvconvert', '-y', '--type', 'cache', '--cachepool', full(w.rng.choice(pools)), *mode, full(slow))
        return
    fast = w.pick(lambda row: row['lv_attr'][0] in '-r' and row['segtype'] in ('linear', 'striped', 'raid1') and
                  int(row['lv_size']) >= 2 * MIB)
    if fast == slow or w.rows[slow]['lv_attr'][0] == 'o':
        w.unfit()
    if w.rng.random() < .4:
        w.do('lvconvert', '-y', '--type', 'writecache', '--cachevol', full(fast), full(slow))
    else:
        w.do('lvconvert', '-y', '--type', 'cache', '--cachevol', full(fast), '-c', '32k', *mode, full(slow))
    w.gone(fast)


def uncache(w):
    name = w.pick(lambda row: row['segtype'] in ('cache', 'writecache'))
    before = set(w.rows)
    w.do('lvconvert', '-y', w.rng.choice(['--splitcache', '--uncache']), full(name))
    # a cachevol is an LV again, of unknown content; a cache pool is none
    for other, row in w.rows.items():
        if other not in before and not row['hidden'] and row['segtype'] not in POOLS and other not in w.data:
            w.made(other)


def cache_mode(w):
    name = w.pick(lambda row: row['segtype'] == 'cache')
    w.do('lvchange', '-y', *w.rng.choice([['--cachemode', 'writethrough'], ['--cachemode', 'writeback'],
                                          ['--cachepolicy', 'cleaner'], ['--cachepolicy', 'smq']]), full(name))


def move(w):
    name = w.pick(lambda row: True) if w.rng.random() < .7 else None
    words = ['-n', name] if name else []
    interval = ['-i', '1'] if w.side.name == 'lvm2' else []
    # lvm2 activates a raid that is being moved with the leg failed: it reads superblocks before the mirror below runs
    if w.side.name == 'user' and name and w.rows[name]['segtype'] in ('linear', 'striped') and w.rng.random() < .5:
        words.append('-b')
    w.do('pvmove', *interval, *words, w.a_pv())


def finish_moves(w):
    w.do('pvmove', *w.rng.choice([[], [], ['--abort']]))


def poll(w):
    """All that is waited for; liblvol alone synchronises raids then."""
    w.do('lvchange', '--poll', 'y', VG)
    if w.side.name == 'user':
        w.all_synced()


def rename(w):
    name, new = w.pick(lambda row: True), w.new_name()
    w.do('lvrename', VG, name, new)
    w.renamed(name, new)


def remove(w):
    name = w.pick(lambda row: row['lv_attr'][0] in '-rRmMsVC', known=w.rng.random() < .8)
    w.do('lvremove', '-y', full(name))
    w.forget_missing()


def write(w):
    w.write_some()


def degraded(w):
    """A PV is away for a while, and comes back with legs that are behind."""
    name = w.pick(lambda row: row['segtype'].startswith(('raid1', 'raid4', 'raid5', 'raid6')) and row['lv_attr'][0] == 'r')
    if w.side.name != 'user':
        w.unfit()
    w.do('lvchange', '--poll', 'y', full(name))
    away = w.rng.choice(w.side.paths)
    try:
        opened = UserIo([path for path in w.side.paths if path != away], name, True)
    except lvol.Error as e:
        w.log(f'user: {name} without {away}: {e}')
        w.unfit()
    w.log(f'user: without {away}:')
    w.write_some(name, opened)
    w.out_of_sync(name)


def discard(w):
    w.discard_some()


# how often each is tried
OPERATIONS = {
    create: 10, snapshot: 6, thin_pool: 2, thin_pool_of: 2, thin: 7, thin_of: 2, extend: 4, extend_pool: 2, reduce: 3, mirrors: 6,
    takeover: 8, reshape: 4, replace: 4, raid_change: 4, split: 3, track: 3, integrity: 3, merge: 4, split_snapshot: 1,
    cache_pool: 2, cache: 6, uncache: 4, cache_mode: 2, move: 4, finish_moves: 1, poll: 3, rename: 2, remove: 5, write: 12, degraded: 4, discard: 2,
}
