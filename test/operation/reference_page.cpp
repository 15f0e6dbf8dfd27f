// SPDX-License-Identifier: BSL-1.0
// Writes doc/reference/operations.md from the table and from what the tests of every row measured:
//     TAPELESS_REFERENCE_PAGE=doc/reference/operations.md TAPELESS_SAMPLES=3000 <the executable of test/operation>
#include "measurements.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <sstream>

namespace every_row {

namespace {

std::string number(double value, int digits) {
    std::ostringstream out;
    out << std::setprecision(digits) << value;
    return out.str();
}

// Within a table of Markdown a bar ends the cell.
std::string cell(const std::string& text) {
    std::string escaped;
    for (char c : text) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
    return escaped;
}

// "1 / b, atan2(a, b)" cut at the commas outside of parentheses.
std::vector<std::string> list_items(const std::string& list) {
    std::vector<std::string> items(1);
    int depth = 0;
    for (char c : list) {
        depth += (c == '(') - (c == ')');
        if (c == ',' && depth == 0) items.emplace_back();
        else if (c != ' ' || !items.back().empty()) items.back() += c;
    }
    return items;
}

void write(std::ostream& page, const measured_row& row) {
    const auto operands = list_items(row.operands);
    const auto partials = list_items(row.partials);
    std::string formulas, errors;
    for (int k = 0; k < row.arity; ++k) {
        const std::string by = row.arity > 1 ? "by " + operands[k] + ": " : "";
        const std::string between = k ? "<br>" : "";
        formulas += between + by + (partials[k] == "none" ? "none" : "`" + partials[k] + "`");
        errors += between + (row.partial[k].samples ? by + number(row.partial[k].ulp < 0.005 ? 0 : row.partial[k].ulp, 2) : by + "–");
    }
    page << "| `" << row.call() << "`" << (row.infix.empty() ? "" : "<br>`" + cell(row.infix) + "`") << " | " << cell(formulas) << " | "
         << errors << " | " << number(row.value.ulp, 2) << " | " << number(row.bound, 3) << " | " << row.domain << " | " << cell(row.kink)
         << " |\n";
}

void write_page(std::ostream& page) {
    page << "# Operations\n\n"
            "Every scalar operation, generated from the table `include/tapeless/operation/elementwise.def` by the tests of\n"
            "`test/operation`. A partial derivative is printed as the table has it; `y` is the operation's value,\n"
            "`number_like(x, 2)` the number 2 in the type of `x`, so that its logarithm has all of that type's digits.\n"
            "The errors are the largest that were measured over samples of the domain in double, against 50 digits, in units in the\n"
            "last place; the tests fail beyond the bound. The values are the standard library's where it has the function.\n"
            "Where the derivative does not exist, the last column says what holds.\n\n"
            "| operation | partial derivatives | error (ulp) | error of the value | bound | domain | where there is no derivative |\n"
            "|---|---|---|---|---|---|---|\n";
    for (const measured_row& row : measurements()) write(page, row);
    page << "\nComparisons and logic feed `select`: ";
    const char* separator = "";
    boost::mp11::mp_for_each<tapeless::elementwise_operations>([&](auto operation) {
        if constexpr (decltype(operation)::properties.result == tapeless::kind::logical) {
            page << separator << "`" << decltype(operation)::name << "(" << decltype(operation)::operands_text << ")`";
            separator = ", ";
        }
    });
    page << ".\n";
}

// Lives as long as the run: what it writes is known only when all tests have ended.
struct page_writer {
    ~page_writer() {
        const char* const file = std::getenv("TAPELESS_REFERENCE_PAGE");
        if (!file || measurements().empty()) return;
        std::sort(measurements().begin(), measurements().end(), [](const auto& a, const auto& b) { return a.position < b.position; });
        std::ofstream page(file);
        write_page(page);
        if (!page.flush()) std::fprintf(stderr, "the reference page could not be written to %s\n", file);
    }
};

}  // namespace

measured_row describe(int position, const char* name, const char* operands, const char* partials, int arity,
                      const tapeless::operation_properties& properties) {
    measured_row row{position, arity, name, operands, "", partials, properties.kink, "", properties.ulp};
    const auto names = list_items(operands);
    if (*properties.infix) row.infix = arity == 1 ? properties.infix + names[0] : names[0] + properties.infix + names[1];
    for (int k = 0; k < arity; ++k) {
        const bool logical = properties.logical_operands >> k & 1;
        row.domain +=
            (k ? "<br>" : "") + (arity > 1 ? names[k] + ": " : "") +
            (logical ? "true, false" : "[" + number(properties.domain[k].low, 8) + ", " + number(properties.domain[k].high, 8) + "]");
    }
    return row;
}

}  // namespace every_row

using page_writer = every_row::page_writer;
BOOST_TEST_GLOBAL_FIXTURE(page_writer);
