//! txtfp: its own canonical form, tokenizer, signature of 128 slots and bands; filters by the estimate. It never counts.

use std::io::Write;

use peers::{Outcome, documents};
use txtfp::{
    Canonicalizer, Fingerprinter, LshIndex, LshIndexBuilder, MinHashFingerprinter, ShingleTokenizer,
    WordTokenizer,
};

fn main() -> Outcome<()> {
    let tokens = ShingleTokenizer { k: 5, inner: WordTokenizer };
    let signer = MinHashFingerprinter::<_, 128>::new(Canonicalizer::default(), tokens);
    let mut index: LshIndex<128> = LshIndexBuilder::for_threshold(0.7, 128)?.build();
    let mut names: Vec<String> = Vec::new();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    documents(|document| {
        let signature = signer.fingerprint(&document.text)?;
        for other in index.query_with_threshold(&signature, 0.7) {
            writeln!(out, "{}\t{}", names[usize::try_from(other)?], document.id)?;
        }
        index.insert(names.len() as u64, signature);
        names.push(document.id);
        Ok(())
    })?;
    out.flush()?;
    std::process::exit(0)
}
