// svg_plot.cc: see svg_plot.h.

#include "svg_plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace waggle::bench {
namespace {

constexpr double kWidth = 640;
constexpr double kHeight = 400;
constexpr double kLeft = 80;
constexpr double kRight = 110;
constexpr double kTop = 44;
constexpr double kBottom = 56;
constexpr double kNameHeight = 14;  // names of lines are at least so far apart
constexpr const char* kColours[] = {"#d08700", "#5b6b7b", "#2f7d4f", "#8a3b8f", "#1f6fb2", "#b23a2f", "#0f8b8d", "#7a5c2e"};

std::string text(double x, double y, const char* anchor, const std::string& content, const std::string& more = "") {
  char line[256];
  std::snprintf(line, sizeof(line), "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>", x, y, anchor, more.c_str());
  return line + content + "</text>\n";
}

std::string line(double x1, double y1, double x2, double y2) {
  char out[160];
  std::snprintf(out, sizeof(out), "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ccc\"/>\n", x1, y1, x2, y2);
  return out;
}

std::string number(double value, int decimals) {
  char out[48];
  std::snprintf(out, sizeof(out), "%.*f", decimals, value);
  return out;
}

// 1, 2 or 5 times a power of ten, so that about four of them fill the length.
double nice_step(double length) {
  const double rough = length / 4;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (power * factor >= rough) return power * factor;
  }
  return power * 10;
}

// Where values lie between the two ends of an axis, 0 to 1.
struct Axis {
  PlotScale scale = PlotScale::kLinear;
  double from = 0;
  double to = 1;
  std::vector<double> marks = {};
  int decimals = 0;  // of the marks

  double place(double value) const {
    if (scale == PlotScale::kLinear) return (value - from) / (to - from);
    return std::log(value / from) / std::max(1e-9, std::log(to / from));
  }
};

void put_round_marks(Axis& axis) {
  if (axis.scale == PlotScale::kLinear) {
    const double step = nice_step(axis.to - axis.from);
    axis.from = std::floor(axis.from / step + 1e-9) * step;
    axis.to = std::ceil(axis.to / step - 1e-9) * step;
    for (double mark = axis.from; mark <= axis.to + step / 1000; mark += step) axis.marks.push_back(mark);
    axis.decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
    return;
  }
  axis.from = std::pow(10, std::floor(std::log10(axis.from)));
  for (double mark = axis.from; mark < axis.to * 10; mark *= 10) axis.marks.push_back(mark);
  axis.to = axis.marks.back();
  axis.decimals = std::max(0, static_cast<int>(-std::floor(std::log10(axis.from))));
}

Axis axis_over(const std::vector<PlotLine>& lines, PlotScale scale, double PlotPoint::* coordinate) {
  Axis axis{.scale = scale, .from = 1e300, .to = -1e300};
  for (const PlotLine& one : lines) {
    for (const PlotPoint& point : one.points) {
      axis.from = std::min(axis.from, point.*coordinate);
      axis.to = std::max(axis.to, point.*coordinate);
    }
  }
  if (axis.from >= axis.to) axis.to = axis.from + 1;
  return axis;
}

Axis x_axis_of(const Plot& plot) {
  Axis axis = axis_over(plot.lines, plot.x_scale, &PlotPoint::x);
  if (plot.x_scale == PlotScale::kLinear) {
    put_round_marks(axis);
  } else if (!plot.lines.empty()) {
    for (const PlotPoint& point : plot.lines[0].points) axis.marks.push_back(point.x);
  }
  return axis;
}

Axis y_axis_of(const Plot& plot) {
  Axis axis = axis_over(plot.lines, plot.y_scale, &PlotPoint::y);
  if (plot.y_scale == PlotScale::kLinear) {
    axis.from = 0;
    axis.to = std::max(axis.to, 1.0);
  }
  put_round_marks(axis);
  return axis;
}

struct Frame {
  Axis x;
  Axis y;

  double place_x(double value) const { return kLeft + (kWidth - kLeft - kRight) * x.place(value); }
  double place_y(double value) const { return kHeight - kBottom - (kHeight - kTop - kBottom) * y.place(value); }
};

std::string axes(const Plot& plot, const Frame& frame) {
  std::string out;
  for (const double y : frame.y.marks) {
    out +=
        line(kLeft, frame.place_y(y), kWidth - kRight, frame.place_y(y)) + text(kLeft - 8, frame.place_y(y) + 4, "end", number(y, frame.y.decimals));
  }
  for (const double x : frame.x.marks) out += text(frame.place_x(x), kHeight - kBottom + 18, "middle", number(x, frame.x.decimals));
  return out + text((kLeft + kWidth - kRight) / 2, kHeight - 14, "middle", plot.x_label);
}

std::string drawn(const PlotLine& one, const Frame& frame, const std::string& colour) {
  if (one.points.size() == 1) {
    return "<circle r=\"4\" fill=\"" + colour + "\" cx=\"" + number(frame.place_x(one.points[0].x), 1) + "\" cy=\"" +
           number(frame.place_y(one.points[0].y), 1) + "\"/>\n";
  }
  std::string out = R"(<polyline fill="none" stroke-width="2.5" stroke=")" + colour + "\" points=\"";
  for (const PlotPoint& point : one.points) out += number(frame.place_x(point.x), 1) + "," + number(frame.place_y(point.y), 1) + " ";
  return out + "\"/>\n";
}

// The names at the ends of the lines, from the lowest up, each moved up as far as it must be to clear the one below.
std::string names(const Plot& plot, const Frame& frame) {
  std::vector<std::size_t> by_height;
  for (std::size_t i = 0; i < plot.lines.size(); ++i) {
    if (!plot.lines[i].points.empty()) by_height.push_back(i);
  }
  const auto height = [&](std::size_t i) { return frame.place_y(plot.lines[i].points.back().y) + 4; };
  std::ranges::sort(by_height, std::greater<>(), height);
  std::string out;
  double lowest = kHeight;
  for (const std::size_t i : by_height) {
    const double y = std::min(height(i), lowest);
    const std::string style = "fill=\"" + std::string(kColours[i % std::size(kColours)]) + "\" font-weight=\"bold\"";
    out += text(frame.place_x(plot.lines[i].points.back().x) + 8, y, "start", plot.lines[i].name, style);
    lowest = y - kNameHeight;
  }
  return out;
}

}  // namespace

std::string svg_of(const Plot& plot) {
  const Frame frame{.x = x_axis_of(plot), .y = y_axis_of(plot)};
  std::string out =
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 400" width="640" height="400" font-family="sans-serif" font-size="12">)"
      "\n<rect width=\"640\" height=\"400\" fill=\"#fff\"/>\n";
  out += text(kLeft, 24, "start", plot.title, "font-size=\"15\"") + axes(plot, frame);
  for (std::size_t i = 0; i < plot.lines.size(); ++i) out += drawn(plot.lines[i], frame, kColours[i % std::size(kColours)]);
  return out + names(plot, frame) + "</svg>";
}

}  // namespace waggle::bench
