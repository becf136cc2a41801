#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include "engine/monitor/file_watch.h"

using vigil::engine::FileWatch;

namespace {

class Folder {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() / ("vigil_file_watch_" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& name, const std::string& text) const { std::ofstream(path_ / name) << text; }
  void remove(const std::string& name) const { std::filesystem::remove(path_ / name); }
  [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_SUITE("file watch") {
  TEST_CASE("what is there at the start is no change") {
    const Folder folder;
    folder.write("a.yml", "one");
    FileWatch watch({folder.path("a.yml")});
    CHECK_FALSE(watch.changed());
    CHECK_FALSE(watch.changed());
  }

  TEST_CASE("a change is told of once, when the file stays as it is") {
    const Folder folder;
    folder.write("a.yml", "one");
    FileWatch watch({folder.path("a.yml")});
    folder.write("a.yml", "longer");
    CHECK_FALSE(watch.changed());
    folder.write("a.yml", "longer still");
    CHECK_FALSE(watch.changed());
    CHECK(watch.changed());
    CHECK_FALSE(watch.changed());
  }

  TEST_CASE("a file that comes or goes is a change of its pattern") {
    const Folder folder;
    FileWatch watch({folder.path("*.yml")});
    folder.write("b.yml", "new");
    CHECK_FALSE(watch.changed());
    CHECK(watch.changed());
    folder.remove("b.yml");
    CHECK_FALSE(watch.changed());
    CHECK(watch.changed());
    folder.write("b.txt", "fits no pattern");
    CHECK_FALSE(watch.changed());
    CHECK_FALSE(watch.changed());
  }

  TEST_CASE("other patterns begin with what is there then") {
    const Folder folder;
    FileWatch watch({folder.path("a.yml")});
    folder.write("b.yml", "one");
    watch.watch({folder.path("b.yml")});
    CHECK_FALSE(watch.changed());
    CHECK_FALSE(watch.changed());
  }
}
