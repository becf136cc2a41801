#include <doctest/doctest.h>

#include <string>

#include "allocations.h"
#include "core_harness.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::test;

TEST_CASE("the core allocates nothing while it trades") {
  EngineConfig config = small_config();
  config.limits.accounts.resize(1);
  config.limits.accounts[0].max_messages_per_second = 1000;
  config.limits.accounts[0].max_gross_exposure = Money{1'000'000};
  config.limits.instruments.resize(1);
  config.limits.instruments[0].max_price_deviation_bp = 500;
  config.limits.duplicate_window = std::chrono::milliseconds{1};
  CoreHarness engine(config);
  engine.core.analysis().defer();
  engine.questions.reserve(1000);
  RecordRing journal(std::size_t{8} << 20U);
  engine.core.start_journal(journal, 1, 64);
  engine.commands.reserve(1000);
  engine.denials.reserve(1000);
  engine.quote("99.99", "100.01");

  const std::size_t before = allocations();
  for (int i = 0; i < 200; ++i) {
    char id[8] = {'o', static_cast<char>('a' + i / 20), static_cast<char>('a' + i % 20), 0};
    engine.quote(i % 2 == 0 ? "99.99" : "99.98", "100.01");
    engine.quote("99.97", "100.02", kStock, kVenueB);
    const auto side = i % 2 == 0 ? orders::Side::Buy : orders::Side::Sell;
    engine.send(CoreHarness::order(id, side, 10, side == orders::Side::Buy ? "100.01" : "99.98",
                                   i % 3 == 0 ? orders::kNoVenue : kVenueA));
    if (i % 5 == 4) {
      engine.cancel(id);
    } else if (!engine.commands.empty()) {
      const orders::OrderId order = engine.commands.back().order;
      engine.report(orders::ReportKind::Accepted, order);
      char trade[8] = {'t', static_cast<char>('a' + i / 20), static_cast<char>('a' + i % 20), 0};
      engine.fill(order, 5, "100.00", trade, "0.05");
    }
    engine.send(CoreHarness::order("denied", side, 10, "200"));
    engine.pass(std::chrono::milliseconds{20});
  }
  engine.control(ControlCommand::Kind::CancelAll);
  engine.pass(std::chrono::seconds{10});
  const std::size_t during = allocations() - before;
  CHECK(during == 0);
  CHECK(engine.core.tape().lost() == 0);
  CHECK(journal.used() > 100'000);
  CHECK(engine.commands.size() > 200);
}
