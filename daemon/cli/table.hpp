// A table on standard output that fits the terminal. The first rows set the widths, then rows stream: a log
// of millions of rows needs no memory. Without a terminal nothing is cut.
#pragma once
#include "daemon/cli/console.hpp"

#include <vector>

namespace calsync::cli {

struct Column {
  std::string name;
  bool right = false;    // numbers
  bool elastic = false;  // cut first, with "…", where the terminal is too narrow
};

struct Cell {
  std::string text;
  Paint paint = Paint::plain;
};

class Table {
 public:
  Table(Console& console, std::vector<Column> columns) : console_(console), columns_(std::move(columns)) {}
  void row(std::vector<Cell> cells);
  void end();  // prints what still waits; with no row at all: nothing

 private:
  void settle();
  void print(const std::vector<Cell>& cells, bool heading);

  Console& console_;
  std::vector<Column> columns_;
  std::vector<std::size_t> widths_;  // empty: not settled
  std::vector<std::vector<Cell>> waiting_;
};

std::size_t columns_of(std::string_view text);                // code points
std::string cut(std::string_view text, std::size_t columns);  // ends in "…" where it was cut

}  // namespace calsync::cli
