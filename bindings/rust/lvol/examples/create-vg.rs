// SPDX-License-Identifier: MIT
//! Makes VG "vg0" with LV "root" on image files or block devices, shows it, and writes to the LV.

use lvol::{Context, LvCreate, Picture, Size, VgCreate};

fn main() -> lvol::Result<()> {
    let disks: Vec<String> = std::env::args().skip(1).collect();
    let mut ctx = Context::with_devices(&disks)?;
    let mut txn = ctx.begin().start()?;
    txn.vg_create(&VgCreate::new("vg0", &disks))?;
    txn.lv_create(&LvCreate::new("root", Size::Bytes(300 << 20)))?;
    let vg = txn.commit()?.vg()?;
    print!("{}", vg.picture(&Picture::new())?);
    for lv in vg.lvs() {
        println!(
            "{}: {} bytes, {:?}",
            lv.full_name(),
            lv.size_bytes(),
            lv.segments().collect::<Vec<_>>()
        );
    }
    let root = vg.lv("root")?.open_rw()?;
    root.write_at(b"hello", 4096)?;
    root.flush()
}
