//! A data block: a value goes in, an element of the page comes out. JSON, DEFLATE and base64, since every browser reads them by
//! itself.

use std::io::Write as _;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flate2::{Compression, write::DeflateEncoder};
use serde::Serialize;

use crate::error::Error;

/// Packs a value into an element of that name.
pub(super) fn block<T: Serialize>(name: &str, value: &T) -> Result<String, Error> {
    let refused =
        |error: &dyn std::fmt::Display| Error::Render { format: "html", message: error.to_string() };
    let json = serde_json::to_vec(value).map_err(|error| refused(&error))?;
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    let packed = encoder.write_all(&json).and_then(|()| encoder.finish()).map_err(|error| refused(&error))?;
    let mut element = format!("<script type=\"application/octet-stream\" data-name=\"{name}\">");
    BASE64_STANDARD.encode_string(packed, &mut element);
    element.push_str("</script>\n");
    Ok(element)
}
