//! Writes a small map in the PBF format of OpenStreetMap (wiki.openstreetmap.org/wiki/PBF_Format), uncompressed.

use std::io::{self, Write};
use std::path::Path;

pub type Tags = Vec<(String, String)>;

#[derive(Default)]
pub struct Map {
    /// Longitude, latitude and tags of each node; ids are positions from 1.
    pub nodes: Vec<(f64, f64, Tags)>,
    /// Node positions and tags of each way; ids are positions from 1.
    pub ways: Vec<(Vec<usize>, Tags)>,
    /// Turn restrictions: kind, way before, node, way after, by position.
    pub restrictions: Vec<(&'static str, usize, usize, usize)>,
}

/// Field of a message: wire type 0 is a number, 2 is bytes with their length before them.
fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3);
    varint(out, value);
}

fn bytes(out: &mut Vec<u8>, field: u64, value: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, value.len() as u64);
    out.extend(value);
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn packed(values: impl IntoIterator<Item = u64>) -> Vec<u8> {
    let mut out = Vec::new();
    values.into_iter().for_each(|value| varint(&mut out, value));
    out
}

/// Differences from value to value, signs in the last bit.
fn deltas(values: impl IntoIterator<Item = i64>) -> Vec<u8> {
    let mut last = 0;
    packed(values.into_iter().map(|value| {
        let step = value - last;
        last = value;
        (step << 1 ^ step >> 63) as u64
    }))
}

/// Each text once; position 0 is empty.
struct Texts(Vec<String>);

impl Texts {
    fn at(&mut self, text: &str) -> u64 {
        let known = self.0.iter().position(|known| known == text);
        known.unwrap_or_else(|| {
            self.0.push(text.to_owned());
            self.0.len() - 1
        }) as u64
    }

    fn tags(&mut self, out: &mut Vec<u8>, tags: &Tags) {
        let (keys, values): (Vec<u64>, Vec<u64>) =
            tags.iter().map(|(key, value)| (self.at(key), self.at(value))).unzip();
        bytes(out, 2, &packed(keys));
        bytes(out, 3, &packed(values));
    }
}

impl Map {
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let mut out = std::fs::File::create(path)?;
        let mut header = Vec::new();
        bytes(&mut header, 4, b"OsmSchema-V0.6");
        bytes(&mut header, 4, b"DenseNodes");
        blob(&mut out, b"OSMHeader", &header)?;
        blob(&mut out, b"OSMData", &self.block())
    }

    fn block(&self) -> Vec<u8> {
        let mut texts = Texts(vec![String::new()]);
        let mut dense = Vec::new();
        bytes(&mut dense, 1, &deltas(1..=self.nodes.len() as i64));
        let fixed = |degrees: f64| (degrees * 1e7).round() as i64;
        bytes(&mut dense, 8, &deltas(self.nodes.iter().map(|node| fixed(node.1))));
        bytes(&mut dense, 9, &deltas(self.nodes.iter().map(|node| fixed(node.0))));
        let mut tags = Vec::new();
        for (.., list) in &self.nodes {
            tags.extend(list.iter().flat_map(|(key, value)| [texts.at(key), texts.at(value)]));
            tags.push(0);
        }
        bytes(&mut dense, 10, &packed(tags));
        let mut group = Vec::new();
        bytes(&mut group, 2, &dense);
        let mut groups = vec![group];
        let mut ways = Vec::new();
        for (id, (nodes, tags)) in (1..).zip(&self.ways) {
            let mut way = Vec::new();
            number(&mut way, 1, id);
            texts.tags(&mut way, tags);
            bytes(&mut way, 8, &deltas(nodes.iter().map(|&node| node as i64 + 1)));
            bytes(&mut ways, 3, &way);
        }
        groups.push(ways);
        let mut relations = Vec::new();
        for (id, (kind, from, via, to)) in (1..).zip(&self.restrictions) {
            let mut relation = Vec::new();
            number(&mut relation, 1, id);
            let tags = [("type", "restriction"), ("restriction", kind)];
            texts.tags(&mut relation, &tags.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec());
            bytes(&mut relation, 8, &packed(["from", "via", "to"].map(|role| texts.at(role))));
            bytes(&mut relation, 9, &deltas([*from, *via, *to].map(|member| member as i64 + 1)));
            // 0 is a node, 1 is a way.
            bytes(&mut relation, 10, &packed([1, 0, 1]));
            bytes(&mut relations, 4, &relation);
        }
        groups.push(relations);
        let mut table = Vec::new();
        texts.0.iter().for_each(|text| bytes(&mut table, 1, text.as_bytes()));
        let mut block = Vec::new();
        bytes(&mut block, 1, &table);
        for group in &groups {
            bytes(&mut block, 2, group);
        }
        block
    }
}

fn blob(out: &mut impl Write, kind: &[u8], data: &[u8]) -> io::Result<()> {
    let mut body = Vec::new();
    bytes(&mut body, 1, data);
    let mut head = Vec::new();
    bytes(&mut head, 1, kind);
    number(&mut head, 3, body.len() as u64);
    out.write_all(&(head.len() as u32).to_be_bytes())?;
    out.write_all(&head)?;
    out.write_all(&body)
}
