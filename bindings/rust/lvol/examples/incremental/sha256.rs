// SPDX-License-Identifier: MIT
//! SHA-256 (FIPS 180-4), so that the example needs no other crate. A program takes one that is fast.

pub type Sum = [u8; 32];

/// The first 32 bits of the fractional parts of the `root`-th roots of the first primes.
fn constants<const N: usize>(root: u32) -> [u32; N] {
    let is_prime = |n: &u64| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0);
    let mut primes = (2..).filter(is_prime);
    [(); N].map(|()| {
        let prime = u128::from(primes.next().unwrap()) << (32 * root);
        // the largest x with x^root <= prime * 2^(32 root), bit by bit; its low half is the fraction
        let fits = |x: u128| x.pow(root) <= prime;
        (0..37).rev().fold(0, |x: u128, bit| if fits(x | 1 << bit) { x | 1 << bit } else { x })
            as u32
    })
}

fn compress(state: &mut [u32; 8], k: &[u32; 64], block: &[u8]) {
    let mut w = [0u32; 64];
    for (word, bytes) in w.iter_mut().zip(block.chunks_exact(4)) {
        *word = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    }
    for i in 16..64 {
        let s0 = w[i - 15].rotate_right(7) ^ w[i - 15].rotate_right(18) ^ w[i - 15] >> 3;
        let s1 = w[i - 2].rotate_right(17) ^ w[i - 2].rotate_right(19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16].wrapping_add(s0).wrapping_add(w[i - 7]).wrapping_add(s1);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for i in 0..64 {
        let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let choice = e & f ^ !e & g;
        let t1 = h.wrapping_add(s1).wrapping_add(choice).wrapping_add(k[i]).wrapping_add(w[i]);
        let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let t2 = s0.wrapping_add(a & b ^ a & c ^ b & c);
        (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(t1), c, b, a, t1.wrapping_add(t2));
    }
    for (word, add) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.wrapping_add(add);
    }
}

pub fn sha256(bytes: &[u8]) -> Sum {
    let (mut state, k) = (constants::<8>(2), constants::<64>(3));
    let whole = bytes.chunks_exact(64);
    let mut tail = whole.remainder().to_vec();
    whole.for_each(|block| compress(&mut state, &k, block));
    tail.push(0x80);
    tail.resize((tail.len() + 8 + 63) / 64 * 64 - 8, 0);
    tail.extend((bytes.len() as u64 * 8).to_be_bytes());
    tail.chunks_exact(64).for_each(|block| compress(&mut state, &k, block));
    let mut sum = [0; 32];
    for (out, word) in sum.chunks_exact_mut(4).zip(state) {
        out.copy_from_slice(&word.to_be_bytes());
    }
    sum
}

#[test]
fn known_sums() {
    let hex = |bytes: &[u8]| sha256(bytes).iter().map(|b| format!("{:02x}", b)).collect::<String>();
    assert_eq!(hex(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_eq!(hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    let million = vec![b'a'; 1_000_000];
    assert_eq!(hex(&million), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
