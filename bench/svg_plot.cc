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
constexpr const char* kColours[] = {"#d08700", "#5b6b7b", "#2f7d4f", "#8a3b8f"};

std::string text(double x, double y, const char* anchor, const std::string& content, const char* more = "") {
  char line[256];
  std::snprintf(line, sizeof(line), "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>", x, y, anchor, more);
  return line + content + "</text>\n";
}

std::string line(double x1, double y1, double x2, double y2) {
  char out[160];
  std::snprintf(out, sizeof(out), "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ccc\"/>\n", x1, y1, x2, y2);
  return out;
}

// 1, 2 or 5 times a power of ten, so that about four of them fill the axis.
double nice_step(double top) {
  const double rough = top / 4;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (power * factor >= rough) return power * factor;
  }
  return power * 10;
}

}  // namespace

std::string svg_of(const Plot& plot) {
  double x_min = 1e300;
  double x_max = 0;
  double y_max = 1;
  for (const PlotLine& one : plot.lines) {
    for (const PlotPoint& point : one.points) {
      x_min = std::min(x_min, point.x);
      x_max = std::max(x_max, point.x);
      y_max = std::max(y_max, point.y);
    }
  }
  const double step = nice_step(y_max);
  const double y_top = std::ceil(y_max / step) * step;
  const auto place_x = [&](double x) { return kLeft + (kWidth - kLeft - kRight) * std::log(x / x_min) / std::max(1e-9, std::log(x_max / x_min)); };
  const auto place_y = [&](double y) { return kHeight - kBottom - (kHeight - kTop - kBottom) * y / y_top; };

  char number[48];
  std::string out =
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 400" width="640" height="400" font-family="sans-serif" font-size="12">)"
      "\n<rect width=\"640\" height=\"400\" fill=\"#fff\"/>\n";
  out += text(kLeft, 24, "start", plot.title, "font-size=\"15\"");
  for (double y = 0; y <= y_top * 1.001; y += step) {
    std::snprintf(number, sizeof(number), "%.0f", y);
    out += line(kLeft, place_y(y), kWidth - kRight, place_y(y)) + text(kLeft - 8, place_y(y) + 4, "end", number);
  }
  if (!plot.lines.empty()) {
    for (const PlotPoint& point : plot.lines[0].points) {
      std::snprintf(number, sizeof(number), "%.0f", point.x);
      out += text(place_x(point.x), kHeight - kBottom + 18, "middle", number);
    }
  }
  out += text((kLeft + kWidth - kRight) / 2, kHeight - 14, "middle", plot.x_label);
  for (std::size_t i = 0; i < plot.lines.size(); ++i) {
    const PlotLine& one = plot.lines[i];
    const char* colour = kColours[i % std::size(kColours)];
    out += "<polyline fill=\"none\" stroke-width=\"2.5\" stroke=\"" + std::string(colour) + "\" points=\"";
    for (const PlotPoint& point : one.points) {
      std::snprintf(number, sizeof(number), "%.1f,%.1f ", place_x(point.x), place_y(point.y));
      out += number;
    }
    out += "\"/>\n";
    if (one.points.empty()) continue;
    const PlotPoint& last = one.points.back();
    out += text(place_x(last.x) + 8, place_y(last.y) + 4, "start", one.name, ("fill=\"" + std::string(colour) + "\" font-weight=\"bold\"").c_str());
  }
  return out + "</svg>";
}

}  // namespace waggle::bench
