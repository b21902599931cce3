// svg_plot.h: lines over a logarithmic x axis, as an SVG picture.

#ifndef WAGGLE_BENCH_SVG_PLOT_H
#define WAGGLE_BENCH_SVG_PLOT_H

#include <string>
#include <vector>

namespace waggle::bench {

struct PlotPoint {
  double x = 0;  // above zero
  double y = 0;
};

struct PlotLine {
  std::string name;
  std::vector<PlotPoint> points;
};

struct Plot {
  std::string title;  // says what y is
  std::string x_label;
  std::vector<PlotLine> lines;  // at most four are told apart; all have the same x
};

std::string svg_of(const Plot& plot);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_SVG_PLOT_H
