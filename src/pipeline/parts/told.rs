//! A place and the keeper of its family, spelled -> what a report says of the place.

use super::spelled;
use crate::pipeline::finish;

/// How many words a place shares with its keeper, each as often as both have it; none where it is said to have the same words
/// and has not: no hash decides alone.
pub fn shared_words(keeper: &str, place: &str, same: bool) -> Option<u32> {
    let mut hashes = Vec::new();
    spelled::hashes_into(place, &mut hashes);
    if same {
        return (keeper == place).then(|| crate::pipeline::article::count(hashes.len()));
    }
    let of_place = finish::sorted(&hashes);
    spelled::hashes_into(keeper, &mut hashes);
    Some(finish::shared(&finish::sorted(&hashes), &of_place))
}
