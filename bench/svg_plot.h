// svg_plot.h: lines in a coordinate system, as an SVG picture.

#ifndef WAGGLE_BENCH_SVG_PLOT_H
#define WAGGLE_BENCH_SVG_PLOT_H

#include <cstdint>
#include <string>
#include <vector>

namespace waggle::bench {

struct PlotPoint {
  double x = 0;
  double y = 0;
};

struct PlotLine {
  std::string name;
  std::vector<PlotPoint> points;  // a single one is drawn as a dot
};

enum class PlotScale : std::uint8_t {
  kLogarithmic,  // all values are above zero
  kLinear,
};

struct Plot {
  std::string title;  // says what y is
  std::string x_label;
  std::vector<PlotLine> lines;  // at most eight are told apart
  // A logarithmic x axis has a mark at each x of the first line; the other axes have marks at round numbers.
  PlotScale x_scale = PlotScale::kLogarithmic;
  // A linear y axis begins at zero.
  PlotScale y_scale = PlotScale::kLinear;
};

std::string svg_of(const Plot& plot);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_SVG_PLOT_H
