#include "engine/output/fills_comparison.h"

#include <doctest/doctest.h>

#include <sstream>

#include "engine/feed/feed_error.h"
#include "feed_files.h"

using namespace vigil;
using namespace vigil::engine;

namespace {

NamedFill fill(const char* trade, const char* quantity, const char* price, const char* where = "here") {
  return {"V",
          trade,
          "ACME",
          orders::Side::Buy,
          *orders::Quantity::parse(quantity),
          *orders::Price::parse(price),
          where};
}

std::string text_of(const FillsComparison& comparison) {
  std::ostringstream out;
  print_comparison(out, comparison);
  return out.str();
}

}  // namespace

TEST_CASE("fills agree by venue and trade id, whatever their order") {
  const FillsComparison same = compare_fills({fill("1", "5", "10"), fill("2", "6", "11")},
                                             {fill("2", "6", "11"), fill("1", "5", "10")});
  CHECK(same.all_agree());
  CHECK(text_of(same) == "2 fills agree, 0 missing here, 0 missing there, 0 differ\n");
}

TEST_CASE("what is missing on either side, or differs, is told with where it stands") {
  const FillsComparison comparison =
      compare_fills({fill("1", "5", "10", "order 3"), fill("2", "6", "11", "order 4")},
                    {fill("2", "6", "11.5", "copy.csv:2"), fill("9", "1", "12", "copy.csv:3")});
  CHECK_FALSE(comparison.all_agree());
  CHECK(text_of(comparison) ==
        "missing here: V 9: ACME buy 1 at 12 (copy.csv:3)\n"
        "missing there: V 1: ACME buy 5 at 10 (order 3)\n"
        "differs: V 2: ACME buy 6 at 11 here (order 4), ACME buy 6 at 11.5 there (copy.csv:2)\n"
        "0 fills agree, 1 missing here, 1 missing there, 1 differ\n");
}

TEST_CASE("a trade id that a venue gave twice pairs the fills that are equal") {
  const FillsComparison comparison = compare_fills({fill("1", "5", "10"), fill("1", "7", "20")},
                                                   {fill("1", "7", "20"), fill("1", "5", "10")});
  CHECK(comparison.agree == 2);
  const FillsComparison doubled =
      compare_fills({fill("1", "5", "10")}, {fill("1", "5", "10"), fill("1", "5", "10")});
  CHECK(doubled.agree == 1);
  CHECK(doubled.missing_here.size() == 1);
}

TEST_CASE("a drop copy is read by the names of its columns, and a line that is none is told with its place") {
  const testing::TemporaryDirectory folder;
  const std::string path = folder.write("copy.csv",
                                        "account,price,quantity,side,symbol,venue_trade_id,venue\n"
                                        "M,10.5,3,sell,ACME,T1,V\n");
  const std::vector<NamedFill> fills = read_drop_copy(path);
  REQUIRE(fills.size() == 1);
  CHECK(fills[0].venue == "V");
  CHECK(fills[0].trade_id == "T1");
  CHECK(fills[0].side == orders::Side::Sell);
  CHECK(fills[0].price == *orders::Price::parse("10.5"));
  CHECK(fills[0].where == path + ":2");
  const std::string header = folder.write("header.csv", "venue,price\n");
  CHECK_THROWS_WITH_AS(
      static_cast<void>(read_drop_copy(header)),
      (header + ":1: header: must name the columns venue, venue_trade_id, symbol, side, quantity and "
                "price, was \"venue,price\"")
          .c_str(),
      FeedError);
  const std::string wrong =
      folder.write("wrong.csv", "venue,venue_trade_id,symbol,side,quantity,price\nV,T,A,buy,x,1\n");
  CHECK_THROWS_AS(static_cast<void>(read_drop_copy(wrong)), FeedError);
}
