//! The pictures of a report, one file each.
use super::refused;
use crate::screen::{Screen, Stop};
use noforn_lab::report::Picture;
use noforn_lab::tables::Tables;
use noforn_lab::words::count;
use noforn_store::disk_folder::DiskFolder;
use noforn_store::refusal::Refusal;
use noforn_store::staged_folder::StagedFolder;
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree};
use serde_json::json;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// The format of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum PictureFormat {
    /// Scalable vector graphics
    Svg,
    /// Pixels on white, two for each unit of the SVG in both directions
    Png,
}

/// Begins the folder of the pictures; refuses one that is there, as no picture is replaced.
pub fn begin(folder: &Path) -> Result<StagedFolder, Stop> {
    StagedFolder::begin(folder, false).map_err(|refusal| match refusal {
        Refusal::Exists(path) => Stop::bad(
            format!("`{}` exists, and pictures are written to a new folder", path.display()),
            "`-o FOLDER` writes elsewhere",
        ),
        refusal => refused(refusal),
    })
}

/// Writes every picture to a file in a new folder, and says where.
pub fn write(pictures: &[Picture], format: PictureFormat, folder: &Path, screen: &Screen) -> Result<ExitCode, Stop> {
    let fonts = fonts();
    let draft = begin(folder)?;
    let files = DiskFolder::unnoted(&draft.path());
    let mut names = Vec::new();
    for picture in pictures {
        let (ending, bytes) = match format {
            PictureFormat::Svg => ("svg", picture.svg.clone().into_bytes()),
            PictureFormat::Png => ("png", draw(&picture.svg, &fonts).and_then(encode).map_err(not_drawn)?),
        };
        let name = format!("{}.{ending}", picture.name);
        let mut file = files.create(&name)?;
        file.write_all(&bytes).and_then(|()| file.flush())?;
        names.push(folder.join(name).display().to_string());
    }
    draft.finish().map_err(refused)?;
    if screen.json {
        screen.out_json(&json!({ "folder": folder.display().to_string(), "files": names }))?;
    } else {
        let written = count(names.len() as u64, "picture");
        screen.out(&format!("wrote {written} to {}\n", folder.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Pixels of a PNG for each unit of a drawing, in both directions.
const PIXELS: f32 = 2.0;

/// The font of a PNG's words: DejaVu Sans, which the drawings name among others. No font of the system is used, so that the
/// words of a picture look the same on every machine, also on one without fonts.
fn fonts() -> Options<'static> {
    let mut options = Options::default();
    for font in [dejavu::sans::regular(), dejavu::sans::bold()] {
        options.fontdb_mut().load_font_data(font.to_vec());
    }
    options
}

/// The pixels of a picture, on white.
fn draw(svg: &str, options: &Options<'_>) -> Result<Pixmap, String> {
    let tree = Tree::from_str(svg, options).map_err(|why| why.to_string())?;
    let size = tree.size();
    let [width, height] = [size.width(), size.height()].map(|length| (length * PIXELS).ceil() as u32);
    let mut pixels = Pixmap::new(width, height).ok_or_else(|| format!("it is {width} by {height} pixels large"))?;
    pixels.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(PIXELS, PIXELS), &mut pixels.as_mut());
    Ok(pixels)
}

fn encode(pixels: Pixmap) -> Result<Vec<u8>, String> {
    pixels.encode_png().map_err(|why| why.to_string())
}

fn not_drawn(why: String) -> Stop {
    Stop::Bad { message: format!("a picture cannot be drawn as PNG: {why}"), help: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use noforn_lab::report::svg::{Canvas, TextStyle};

    #[test]
    fn words_are_drawn_whatever_fonts_the_system_has() {
        let coloured = |words: &str, style: TextStyle| {
            let mut canvas = Canvas::new(60.0, 30.0, "words".to_owned());
            canvas.text((4.0, 20.0), words, style);
            let pixels = draw(canvas.to_svg("id", "words").as_str(), &fonts()).expect("it is an SVG");
            assert_eq!((pixels.width(), pixels.height()), (120, 60));
            pixels.pixels().iter().filter(|pixel| pixel.red() < 128).count()
        };
        assert_eq!(coloured("", TextStyle::plain()), 0);
        let (plain, bold) =
            (coloured("Österreich", TextStyle::plain()), coloured("Österreich", TextStyle::plain().bold()));
        assert!(0 < plain && plain < bold, "{plain} dark pixels, {bold} in bold");
        assert!(coloured("ألمانيا", TextStyle::plain()) > 0);
    }
}
