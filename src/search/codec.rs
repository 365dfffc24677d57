//! How the files of the readers' index are written: numbers of seven bits a byte, texts with their
//! length before them, all of it compressed (zlib), named by its content.

use std::cell::RefCell;

use libdeflater::{CompressionLvl, Compressor};

/// Bytes of a name; shown as twice as many hexadecimal digits.
pub(super) const NAME: usize = 6;

/// Appends a number, low bits first.
pub(super) fn put_number(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends a text after its length.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u32);
    out.extend(text.as_bytes());
}

/// Takes what [`put_number`] wrote.
pub(super) fn take_number(from: &mut &[u8]) -> u32 {
    let (mut number, mut shift) = (0, 0);
    while let Some((byte, rest)) = from.split_first() {
        *from = rest;
        number |= u32::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 || shift > 28 {
            break;
        }
    }
    number
}

/// Takes `len` bytes, or what there is.
pub(super) fn take<'b>(from: &mut &'b [u8], len: u32) -> &'b [u8] {
    let (taken, rest) = from.split_at((len as usize).min(from.len()));
    *from = rest;
    taken
}

thread_local! {
    /// Its tables are large next to what it compresses here, so each thread makes them once; and
    /// room for what comes out.
    static PACKER: RefCell<(Compressor, Vec<u8>)> =
        RefCell::new((Compressor::new(CompressionLvl::new(1).unwrap_or_default()), Vec::new()));
}

/// Compresses, fast.
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    PACKER.with_borrow_mut(|(packer, room)| {
        let needed = packer.zlib_compress_bound(bytes.len());
        if room.len() < needed {
            room.resize(needed, 0);
        }
        // There is room for all that it can become.
        let len = packer.zlib_compress(bytes, room).unwrap_or_default();
        room[..len].to_vec()
    })
}

/// The name of a file by its content.
pub(super) fn name(bytes: &[u8]) -> [u8; NAME] {
    let key = rapidhash::v3::rapidhash_v3(bytes).to_be_bytes();
    [key[0], key[1], key[2], key[3], key[4] ^ key[6], key[5] ^ key[7]]
}

/// A name in hexadecimal digits.
pub(super) fn hex(name: [u8; NAME]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = name.into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// The name of the file of that name.
pub(super) fn file_name(name: [u8; NAME]) -> String {
    format!("{}.bin", hex(name))
}
