//! stub
/// stub
pub const fn is_spaceless(hash: u64) -> bool {
    hash & 1 == 1
}
