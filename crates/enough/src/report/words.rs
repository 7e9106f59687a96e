//! Words and tables for the terminal and for pages.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table};
pub use enough_assessments::study::words::{answer, bottleneck, journey, short_markets, where_places_help};
pub use enough_kernel::words::{at_least, count, list, minutes, per_hundred, plural, whole_places};

/// A table for the terminal whose columns from `numbers` on are aligned to the right.
pub fn table(headings: &[&str], numbers: usize) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(headings);
    for column in numbers..headings.len() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}
