//! Plots of throughput by threads: a panel for each share of reads, a line for each remedy.

use crate::load::{Case, Outcome};
use crate::{SHARES, THREADS, maps};
use plotters::coord::Shift;
use plotters::prelude::*;

const SIZE: (u32, u32) = (1000, 760);
const COLOURS: [RGBColor; maps::NAMES.len()] = [
    RGBColor(31, 119, 180),
    RGBColor(120, 180, 230),
    RGBColor(214, 39, 40),
    RGBColor(255, 152, 150),
    RGBColor(44, 160, 44),
    RGBColor(152, 223, 138),
    RGBColor(127, 127, 127),
    RGBColor(148, 103, 189),
    RGBColor(140, 86, 75),
    RGBColor(255, 127, 14),
];

type Panel<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Failed<'a> = DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>;

/// The name of a size's plot.
pub fn file(size: u64) -> String {
    format!("remedies-{size}.svg")
}

/// Draws a size's plot.
///
/// # Panics
///
/// When it cannot be drawn: there is no disk in the way, only memory.
pub fn svg(size: u64, all: &[(Case, Outcome)]) -> String {
    let mut text = String::new();
    draw(SVGBackend::with_string(&mut text, SIZE).into_drawing_area(), size, all).expect("it can be drawn");
    text
}

fn draw<'a>(area: Panel<'a>, size: u64, all: &[(Case, Outcome)]) -> Result<(), Failed<'a>> {
    area.fill(&WHITE)?;
    let (panels, legend) = area.split_vertically(SIZE.1 - 80);
    for (panel, share) in panels.split_evenly((2, 2)).iter().zip(SHARES) {
        let shown: Vec<&(Case, Outcome)> =
            all.iter().filter(|(case, _)| case.size == size && case.share == share).collect();
        lines(panel, share, &shown)?;
    }
    key(&legend)?;
    area.present()
}

fn lines<'a>(panel: &Panel<'a>, share: u32, shown: &[&(Case, Outcome)]) -> Result<(), Failed<'a>> {
    let rates = shown.iter().map(|(_, outcome)| outcome.rate / 1e6);
    let (low, high) = rates.fold((f64::MAX, 0.0_f64), |(low, high), it| (low.min(it), high.max(it)));
    // Whole powers of ten: the axis has labels there.
    let (low, high) = (10_f64.powf(low.log10().floor()), 10_f64.powf(high.log10().ceil()));
    let last = (THREADS.len() - 1) as f64;
    let mut chart = ChartBuilder::on(panel)
        .caption(format!("{share} % reads"), ("sans-serif", 18))
        .margin(8)
        .x_label_area_size(32)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..last, (low..high).log_scale())?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_labels(THREADS.len())
        .x_label_formatter(&|at| THREADS.get(at.round() as usize).map_or(String::new(), ToString::to_string))
        .x_desc("threads")
        .y_desc("million operations a second")
        .draw()?;
    for (remedy, colour) in maps::NAMES.iter().zip(COLOURS) {
        let own = shown.iter().filter(|(case, _)| case.remedy == *remedy);
        let points: Vec<(f64, f64)> =
            own.enumerate().map(|(at, (_, outcome))| (at as f64, outcome.rate / 1e6)).collect();
        chart.draw_series(points.iter().map(|at| Circle::new(*at, 3, colour.filled())))?;
        chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?;
    }
    Ok(())
}

fn key<'a>(area: &Panel<'a>) -> Result<(), Failed<'a>> {
    for (index, (remedy, colour)) in maps::NAMES.iter().zip(COLOURS).enumerate() {
        let (x, y) = (40 + 190 * (index as i32 % 5), 15 + 30 * (index as i32 / 5));
        area.draw(&PathElement::new([(x, y), (x + 24, y)], colour.stroke_width(3)))?;
        area.draw(&Text::new(*remedy, (x + 30, y - 7), ("sans-serif", 15)))?;
    }
    Ok(())
}
