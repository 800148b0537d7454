//! stub
#![allow(missing_docs)]
use crate::{document::Document, error::{Error, Problem}};
use std::path::PathBuf;
#[derive(Default)]
pub struct Options {}
pub enum Input { Path(PathBuf), Stdin }
pub enum Item { Document(Document), Problem(Problem) }
pub fn open(inputs: Vec<Input>, _o: &Options) -> Result<impl Iterator<Item = Item>, Error> {
    let mut v = vec![];
    for i in inputs { if let Input::Path(p) = i { let mut fs: Vec<PathBuf> = if p.is_dir() { std::fs::read_dir(&p)?.map(|e| e.map(|e| e.path())).collect::<Result<_,_>>()? } else { vec![p] }; fs.sort(); for f in fs { 
      let t = std::fs::read_to_string(&f)?;
      let n = f.file_name().unwrap_or_default().to_string_lossy().into_owned();
      if n.ends_with(".jsonl") { for (i,l) in t.lines().enumerate() { let j: serde_json::Value = serde_json::from_str(l).unwrap_or_default(); v.push(Item::Document(Document{name: format!("{n}#{}",i+1), path:n.clone(), shown:n.clone(), record:Some(i as u64+1), text: j["text"].as_str().unwrap_or("").to_owned(), ..Document::default()})); } }
      else { v.push(Item::Document(Document{name:n.clone(),path:n.clone(),shown:n,text:t,..Document::default()})); } } } }
    Ok(v.into_iter())
}
