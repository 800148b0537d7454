//! The elements of HTML that matter to text, and what each does to it.

/// An element's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Tag {
    A,
    Abbr,
    Address,
    Article,
    Aside,
    Blockquote,
    Body,
    Br,
    Button,
    Caption,
    Cite,
    Code,
    Dd,
    Details,
    Dialog,
    Div,
    Dl,
    Dt,
    Em,
    Fieldset,
    Figcaption,
    Figure,
    Footer,
    Form,
    H1,
    H2,
    H3,
    H4,
    H5,
    H6,
    Head,
    Header,
    Hr,
    Html,
    Img,
    Legend,
    Li,
    Link,
    Main,
    Math,
    Meta,
    Nav,
    /// What is never shown as text: scripts, styles, templates, drawings, form fields, players.
    Silent,
    /// The same, where tags inside are no tags.
    SilentRaw,
    Ol,
    /// Any inline element that does nothing of its own.
    Inline,
    /// Any other block.
    Block,
    /// Any other element without an end tag.
    Void,
    P,
    Pre,
    Script,
    Section,
    Span,
    Strong,
    Summary,
    Svg,
    Table,
    Tbody,
    Td,
    Text,
    Time,
    Title,
    Tr,
    Ul,
    Wbr,
    /// A name HTML does not know; inline, as browsers show it.
    Unknown,
}

impl Tag {
    /// The element of a name in lower case.
    pub(super) fn of(name: &[u8]) -> Self {
        match name {
            b"a" => Self::A,
            b"abbr" | b"acronym" => Self::Abbr,
            b"address" => Self::Address,
            b"article" => Self::Article,
            b"aside" => Self::Aside,
            b"blockquote" => Self::Blockquote,
            b"body" => Self::Body,
            b"br" => Self::Br,
            b"button" => Self::Button,
            b"caption" => Self::Caption,
            b"cite" => Self::Cite,
            b"code" | b"kbd" | b"samp" | b"tt" => Self::Code,
            b"dd" => Self::Dd,
            b"details" => Self::Details,
            b"dialog" => Self::Dialog,
            b"div" => Self::Div,
            b"dl" => Self::Dl,
            b"dt" => Self::Dt,
            b"em" | b"i" => Self::Em,
            b"fieldset" => Self::Fieldset,
            b"figcaption" => Self::Figcaption,
            b"figure" => Self::Figure,
            b"footer" => Self::Footer,
            b"form" => Self::Form,
            b"h1" => Self::H1,
            b"h2" => Self::H2,
            b"h3" => Self::H3,
            b"h4" => Self::H4,
            b"h5" => Self::H5,
            b"h6" => Self::H6,
            b"head" => Self::Head,
            b"header" => Self::Header,
            b"hr" => Self::Hr,
            b"html" => Self::Html,
            b"img" | b"image" => Self::Img,
            b"legend" => Self::Legend,
            b"li" => Self::Li,
            b"link" => Self::Link,
            b"main" => Self::Main,
            b"math" => Self::Math,
            b"meta" => Self::Meta,
            b"nav" => Self::Nav,
            b"ol" => Self::Ol,
            b"p" => Self::P,
            b"pre" | b"listing" => Self::Pre,
            b"script" => Self::Script,
            b"section" => Self::Section,
            b"span" => Self::Span,
            b"strong" | b"b" => Self::Strong,
            b"summary" => Self::Summary,
            b"svg" => Self::Svg,
            b"table" => Self::Table,
            b"tbody" | b"thead" | b"tfoot" => Self::Tbody,
            b"td" | b"th" => Self::Td,
            b"time" => Self::Time,
            b"title" => Self::Title,
            b"tr" => Self::Tr,
            b"ul" | b"menu" | b"dir" => Self::Ul,
            b"wbr" => Self::Wbr,
            b"template" | b"object" | b"video" | b"audio" | b"canvas" | b"select" | b"datalist"
            | b"applet" | b"map" | b"rp" | b"rt" | b"annotation" | b"annotation-xml" | b"optgroup"
            | b"option" | b"progress" | b"meter" | b"portal" | b"rtc" => Self::Silent,
            b"style" | b"noscript" | b"iframe" | b"noembed" | b"noframes" | b"textarea" | b"xmp" => {
                Self::SilentRaw
            }
            b"area" | b"base" | b"basefont" | b"bgsound" | b"col" | b"embed" | b"frame" | b"input"
            | b"keygen" | b"param" | b"source" | b"track" => Self::Void,
            b"center" | b"hgroup" | b"search" | b"colgroup" | b"frameset" | b"marquee" | b"slot" => {
                Self::Block
            }
            b"bdi" | b"bdo" | b"big" | b"data" | b"del" | b"dfn" | b"font" | b"ins" | b"label" | b"mark"
            | b"nobr" | b"output" | b"q" | b"ruby" | b"rb" | b"s" | b"small" | b"strike" | b"sub"
            | b"sup" | b"u" | b"var" => Self::Inline,
            _ => Self::Unknown,
        }
    }

    /// Whether it stands in the line, so that text before and after it is one paragraph.
    pub(super) const fn is_inline(self) -> bool {
        matches!(
            self,
            Self::A
                | Self::Abbr
                | Self::Button
                | Self::Cite
                | Self::Code
                | Self::Em
                | Self::Head
                | Self::Html
                | Self::Img
                | Self::Inline
                | Self::Link
                | Self::Math
                | Self::Meta
                | Self::Silent
                | Self::SilentRaw
                | Self::Script
                | Self::Span
                | Self::Strong
                | Self::Svg
                | Self::Text
                | Self::Time
                | Self::Title
                | Self::Unknown
                | Self::Void
                | Self::Wbr
                | Self::Br
                | Self::Td
        )
    }

    /// Whether it never has content.
    pub(super) const fn is_void(self) -> bool {
        matches!(
            self,
            Self::Br | Self::Hr | Self::Img | Self::Link | Self::Meta | Self::Void | Self::Wbr | Self::Text
        )
    }

    /// Whether nothing in it is shown as text.
    pub(super) const fn is_silent(self) -> bool {
        matches!(self, Self::Silent | Self::SilentRaw | Self::Script | Self::Svg | Self::Title)
    }

    /// Whether it is a heading.
    pub(super) const fn is_heading(self) -> bool {
        matches!(self, Self::H1 | Self::H2 | Self::H3 | Self::H4 | Self::H5 | Self::H6)
    }

    /// Whether it stops the search for the element that an end tag inside it ends.
    pub(super) const fn is_boundary(self) -> bool {
        matches!(self, Self::Td | Self::Caption | Self::Table)
    }

    /// Whether its start ends an open paragraph.
    pub(super) const fn ends_paragraph(self) -> bool {
        !self.is_inline() || matches!(self, Self::Td)
    }
}
