#include "engine/output/fills_comparison.h"

#include <algorithm>
#include <array>
#include <map>
#include <ostream>
#include <string_view>
#include <utility>

#include "engine/feed/feed_error.h"
#include "engine/feed/fields.h"
#include "engine/feed/line_reader.h"

namespace vigil::engine {
namespace {

constexpr std::size_t kMostColumns = 64;
enum Column : std::size_t { kVenue, kTradeId, kSymbol, kSide, kQuantity, kPrice, kNeeded };
constexpr std::array<std::string_view, kNeeded> kNames{"venue", "venue_trade_id", "symbol",
                                                       "side",  "quantity",       "price"};

/// Where each needed column stands in the file.
std::array<std::size_t, kNeeded> places_of(LineReader& lines) {
  std::string_view header;
  std::array<std::string_view, kMostColumns> columns;
  const std::size_t count =
      lines.next(header) == LineStatus::Line ? split_columns(header, columns) : std::size_t{0};
  std::array<std::size_t, kNeeded> places{};
  for (std::size_t i = 0; i < kNeeded; ++i) {
    const auto end = columns.begin() + static_cast<std::ptrdiff_t>(std::min(count, kMostColumns));
    const auto found = std::find(columns.begin(), end, kNames[i]);
    if (found == end) {
      LineFault fault;
      static_cast<void>(fault.set(
          "header", "name the columns venue, venue_trade_id, symbol, side, quantity and price", header));
      throw FeedError(lines.path(), 1, fault.text());
    }
    places[i] = static_cast<std::size_t>(found - columns.begin());
  }
  return places;
}

bool read_fill(std::string_view line, const std::array<std::size_t, kNeeded>& places, NamedFill& fill,
               LineFault& fault) {
  std::array<std::string_view, kMostColumns> columns;
  const std::size_t count = split_columns(line, columns);
  const std::size_t last = *std::ranges::max_element(places);
  if (count <= last) {
    return fault.set("columns", "be as many as the header names", std::to_string(count));
  }
  fill.venue = columns[places[kVenue]];
  fill.trade_id = columns[places[kTradeId]];
  fill.symbol = columns[places[kSymbol]];
  if (fill.trade_id.empty()) return fault.set("venue_trade_id", "be given", "");
  const auto side = orders::parse_side(columns[places[kSide]]);
  if (!side) return fault.set("side", "be buy or sell", columns[places[kSide]]);
  fill.side = *side;
  return read_quantity("quantity", columns[places[kQuantity]], fill.quantity, fault) &&
         read_price("price", columns[places[kPrice]], fill.price, fault);
}

bool same(const NamedFill& a, const NamedFill& b) {
  return a.symbol == b.symbol && a.side == b.side && a.quantity == b.quantity && a.price == b.price;
}

std::string fill_text(const NamedFill& fill) {
  std::string text = fill.symbol;
  text.append(" ").append(orders::to_string(fill.side)).append(" ").append(fill.quantity.to_string());
  text.append(" at ").append(fill.price.to_string());
  return text;
}

}  // namespace

std::vector<NamedFill> read_drop_copy(const std::string& path) {
  LineReader lines(path);
  const auto places = places_of(lines);
  std::vector<NamedFill> fills;
  std::string_view line;
  for (LineStatus status = lines.next(line); status != LineStatus::End; status = lines.next(line)) {
    NamedFill fill;
    LineFault fault;
    const bool sound = status == LineStatus::TooLong ? fault.set("line", kMustBeShorter, "longer")
                                                     : read_fill(line, places, fill, fault);
    if (!sound) throw FeedError(lines.path(), lines.line_number(), fault.text());
    fill.where = path + ":" + std::to_string(lines.line_number());
    fills.push_back(std::move(fill));
  }
  return fills;
}

FillsComparison compare_fills(const std::vector<NamedFill>& ours, const std::vector<NamedFill>& theirs) {
  using Key = std::pair<std::string_view, std::string_view>;
  struct Side {
    std::vector<const NamedFill*> ours;
    std::vector<const NamedFill*> theirs;
  };
  std::map<Key, Side> trades;
  for (const NamedFill& fill : ours) trades[{fill.venue, fill.trade_id}].ours.push_back(&fill);
  for (const NamedFill& fill : theirs) trades[{fill.venue, fill.trade_id}].theirs.push_back(&fill);
  FillsComparison comparison;
  for (auto& entry : trades) {
    Side& sides = entry.second;
    std::erase_if(sides.ours, [&](const NamedFill* fill) {
      const auto equal =
          std::ranges::find_if(sides.theirs, [fill](const NamedFill* other) { return same(*fill, *other); });
      if (equal == sides.theirs.end()) return false;
      sides.theirs.erase(equal);
      ++comparison.agree;
      return true;
    });
    const std::size_t pairs = std::min(sides.ours.size(), sides.theirs.size());
    for (std::size_t i = 0; i < pairs; ++i) comparison.differ.push_back({*sides.ours[i], *sides.theirs[i]});
    for (std::size_t i = pairs; i < sides.ours.size(); ++i)
      comparison.missing_there.push_back(*sides.ours[i]);
    for (std::size_t i = pairs; i < sides.theirs.size(); ++i) {
      comparison.missing_here.push_back(*sides.theirs[i]);
    }
  }
  return comparison;
}

void print_comparison(std::ostream& out, const FillsComparison& comparison) {
  for (const NamedFill& fill : comparison.missing_here) {
    out << "missing here: " << fill.venue << ' ' << fill.trade_id << ": " << fill_text(fill) << " ("
        << fill.where << ")\n";
  }
  for (const NamedFill& fill : comparison.missing_there) {
    out << "missing there: " << fill.venue << ' ' << fill.trade_id << ": " << fill_text(fill) << " ("
        << fill.where << ")\n";
  }
  for (const auto& [ours, theirs] : comparison.differ) {
    out << "differs: " << ours.venue << ' ' << ours.trade_id << ": " << fill_text(ours) << " here ("
        << ours.where << "), " << fill_text(theirs) << " there (" << theirs.where << ")\n";
  }
  out << comparison.agree << " fills agree, " << comparison.missing_here.size() << " missing here, "
      << comparison.missing_there.size() << " missing there, " << comparison.differ.size() << " differ\n";
}

}  // namespace vigil::engine
