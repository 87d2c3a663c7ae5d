//! What Hayagriva sets, as HTML.

use std::fmt::Write;

use hayagriva::citationberg::{FontStyle, FontWeight, VerticalAlign};
use hayagriva::{ElemChild, ElemChildren, Formatted};

use crate::text::html::escaped;

/// Hayagriva's own HTML writer leaves texts as they are; this one escapes them, since titles come from authors.
pub(super) fn html(children: &ElemChildren) -> String {
    let mut html = String::new();
    write_children(children, &mut html);
    html
}

fn write_children(children: &ElemChildren, html: &mut String) {
    for child in &children.0 {
        write_child(child, html);
    }
}

fn write_child(child: &ElemChild, html: &mut String) {
    match child {
        ElemChild::Link { text, url } if url.starts_with("https://") || url.starts_with("http://") => {
            write!(html, "<a href=\"{}\">", escaped(url)).expect("a string takes all that is written");
            write_text(text, html);
            html.push_str("</a>");
        }
        ElemChild::Text(text) | ElemChild::Link { text, .. } => write_text(text, html),
        ElemChild::Elem(element) => write_children(&element.children, html),
        ElemChild::Markup(text) => html.push_str(&escaped(text)),
        ElemChild::Transparent { .. } => {}
    }
}

fn write_text(text: &Formatted, html: &mut String) {
    let formatting = &text.formatting;
    let tags = [
        (formatting.font_style == FontStyle::Italic, "i"),
        (formatting.font_weight == FontWeight::Bold, "b"),
        (formatting.vertical_align == VerticalAlign::Sup, "sup"),
        (formatting.vertical_align == VerticalAlign::Sub, "sub"),
    ];
    let wanted: Vec<&str> = tags.iter().filter(|(is_on, _)| *is_on).map(|(_, tag)| *tag).collect();
    for tag in &wanted {
        html.extend(["<", tag, ">"]);
    }
    html.push_str(&escaped(&text.text));
    for tag in wanted.iter().rev() {
        html.extend(["</", tag, ">"]);
    }
}
