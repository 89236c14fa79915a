#include "expand/template.hpp"

#include <doctest/doctest.h>

#include "samples.hpp"

using namespace samples;

TEST_CASE("{} as a whole word is one word for each argument") {
  const auto text = argv({"cp", "{}", "end"});
  CHECK(shown(text, {{"a", "b c"}}) == "[cp][a][b c][end]");
  CHECK(shown(text, {{"a"}}) == "[cp][a][end]");
  CHECK(shown(text, {{""}}) == "[cp][][end]");
  CHECK(shown(text, {}) == "[cp][end]");
  CHECK(shown(argv({"{}", "{}"}), {{"a", "b"}}) == "[a][b][a][b]");
}

TEST_CASE("{} inside a word joins the arguments with blanks") {
  CHECK(shown(argv({"x", "<{}>"}), {{"a", "b c"}}) == "[x][<a b c>]");
  CHECK(shown(argv({"x", "<{}>"}), {}) == "[x][<>]");
  CHECK(shown(argv({"x", "{}{}"}), {{"a", "b"}}) == "[x][a ba b]");
}

TEST_CASE("{1} and {2} are single arguments, the rest is appended") {
  CHECK(shown(argv({"x", "{2}-{1}"}), {{"a", "b"}}) == "[x][b-a]");
  CHECK(shown(argv({"x", "{2}"}), {{"a", "b", "c"}}) == "[x][b][a][c]");
  CHECK(shown(argv({"x", "{10}"}), {{"1", "2", "3", "4", "5", "6", "7", "8", "9", "z"}}) ==
        "[x][z][1][2][3][4][5][6][7][8][9]");
  CHECK(shown(argv({"x", "{3}"}), {{"a", "b"}}) ==
        "error: \"{3}\" stands for an argument that is not there: the job has 2 arguments");
  CHECK(shown(argv({"x", "{1}"}), {}) ==
        "error: \"{1}\" stands for an argument that is not there: the job has no arguments");
}

TEST_CASE("path parts are of the first argument and take it") {
  CHECK(shown(argv({"x", "{.}", "{/}", "{//}", "{/.}"}), {{"d/e.f", "g"}}) ==
        "[x][d/e][e.f][d][e][g]");
  CHECK(shown(argv({"x", "{.}.mp3"}), {{".wav"}}) == "[x][.mp3]");
  CHECK(shown(argv({"x", "{/.}"}), {}) ==
        "error: \"{/.}\" stands for an argument that is not there: the job has no arguments");
}

TEST_CASE("parts of any argument, and positions from the end") {
  CHECK(shown(argv({"x", "{2.}", "{2/}", "{2//}", "{2/.}"}), {{"a", "d/e.f"}}) ==
        "[x][d/e][e.f][d][e][a]");
  CHECK(shown(argv({"x", "{-1}", "{-2/}"}), {{"a", "b/c", "d"}}) == "[x][d][c][a]");
  CHECK(shown(argv({"x", "{-3}"}), {{"a", "b"}}) ==
        "error: \"{-3}\" stands for an argument that is not there: the job has 2 arguments");
  auto text = argv({"x", "{file.}", "{dirs/}", "{none/}"});
  text.params = {"file"};
  CHECK(shown(text, {{"d/e.f"}, kwargs({{"dirs", array({string("a/b"), string("c")})}})}) ==
        "[x][d/e][b][c][{none/}]");
}

TEST_CASE("arguments are left out when the command uses one of them, where the text says so") {
  auto text = argv({"x", "{2}"});
  text.rest = CommandText::Rest::appended_if_none_is_used;
  CHECK(shown(text, {{"a", "b", "c"}}) == "[x][b]");
  text.words = {"x", "{#}"};
  CHECK(shown(text, {{"a", "b"}, kwargs({{"key", string("v")}})}) == "[x][1][--key=v][a][b]");
  text.words = {"x", "{key/}", "{other}"};
  text.extras = kwargs({{"all", string("w")}});
  const auto own = kwargs({{"key", string("d/v")}, {"more", string("m")}});
  CHECK(shown(text, {{"a"}, own}) == "[x][v][{other}][--all=w]");
  text.words = {"x", "{all}"};
  CHECK(shown(text, {{"a"}, own}) == "[x][w][--key=d/v][--more=m][a]");
}

TEST_CASE("a word with a placeholder is written once for each row of arguments") {
  auto text = argv({"x", "{}", "<{.}>", "{#}", "end"});
  text.rest = CommandText::Rest::appended_if_none_is_used;
  text.row_size = 1;
  CHECK(shown(text, {{"a.c", "d/b.c"}}) == "[x][a.c][d/b.c][<a>][<d/b>][1][end]");
  text.row_size = 2;
  text.params = {"one", "two"};
  text.words = {"x", "{}", "{2}-{one}", "{-1}{%}"};
  CHECK(shown(text, {{"a", "b", "c", "d"}}) == "[x][a][b][c][d][b-a][d-c][b<%>][d<%>]");
  text.words = {"x", "{3}"};
  CHECK(shown(text, {{"a", "b", "c", "d"}}) ==
        "error: \"{3}\" stands for an argument that is not there: the job has 2 arguments");
  text.words = {"x"};
  CHECK(shown(text, {{"a", "b", "c", "d"}}) == "[x][a][b][c][d]");
}

TEST_CASE("in a command line only whole words are repeated") {
  auto text = line("x {} {.} | y");
  text.rest = CommandText::Rest::appended_if_none_is_used;
  text.row_size = 1;
  CHECK(shown(text, {{"a.c", "b c"}}) == "[/bin/sh][-c][x a.c 'b c' a 'b c' | y]");
  text = line("x");
  text.row_size = 1;
  CHECK(shown(text, {{"a", "b"}}) == "[x][a][b]");
  for (const std::string wrong : {"x <{}>", "x \"{}\"", "{}"}) {
    CAPTURE(wrong);
    text = line(wrong);
    text.row_size = 1;
    CHECK(shown(text, {{"a", "b"}}) ==
          "error: \"{}\" is part of a word, and the words of a command line for a shell are not "
          "repeated: give it a word of its own");
  }
}

TEST_CASE(
    "of names that the first job had, all jobs must have those that are used, and no others") {
  auto text = argv({"x", "{a}", "{print}"});
  text.first_names = {"a", "b"};
  CHECK(shown(text, {{}, kwargs({{"a", string("1")}})}) == "[x][1][{print}]");
  CHECK(shown(text, {{}, kwargs({{"b", string("1")}})}) ==
        "error: \"{a}\" stands for a key that this item does not have");
  CHECK(shown(text, {{}, kwargs({{"a", string("1")}, {"print", string("2")}})}) ==
        "error: \"{print}\" stands for a key that the first item does not have");
  text.extras = kwargs({{"a", string("0")}});
  CHECK(shown(text) == "[x][0][{print}]");
}

TEST_CASE("{#} is the job's number and {%} a hole for the slot's") {
  CHECK(shown(argv({"x", "{#}", "n{#}"}), {.number = 42}) == "[x][42][n42]");
  CHECK(shown(argv({"x", "{%}", "a{%}b{%}", "{}-{%}"}), {{"item"}}) ==
        "[x][<%>][a<%>b<%>][item-<%>]");
  CHECK(shown(argv({"x", "{#}"}), {{"a"}, {}, 7}) == "[x][7][a]");
}

TEST_CASE("holes count the words that were there before them") {
  CHECK(shown(argv({"{}", "{%}"}), {{"a", "b"}}) == "[a][b][<%>]");
  CHECK(shown(argv({"x", "{}", "{%}"}), {}) == "[x][<%>]");
}

TEST_CASE("inserted text is never searched for placeholders") {
  CHECK(shown(argv({"x", "{}", "{1}", "{n}"}), {{"{2}{#}{%}"}, kwargs({{"n", string("{}{1}")}})}) ==
        "[x][{2}{#}{%}][{2}{#}{%}][{}{1}]");
}

TEST_CASE("arguments without any placeholder are appended") {
  CHECK(shown(argv({"echo", "x"}), {{"a b", ""}}) == "[echo][x][a b][]");
  CHECK(shown(argv({}), {{"echo", "a"}}) == "[echo][a]");
  CHECK(shown(argv({"echo", ""})) == "[echo][]");
}

TEST_CASE("braces that are no placeholder stay as they are") {
  CHECK(shown(argv({"awk", "{print $1}", "{name}", "{0}", "a{b"}), {{"f"}}) ==
        "[awk][{print $1}][{name}][{0}][a{b][f]");
}

TEST_CASE("{name} is a placeholder where parameters, defaults, extras or the job know it") {
  auto text = argv({"x", "{a}{b}", "{c}", "{d}", "{e}"});
  text.params = {"a"};
  text.defaults = kwargs({{"b", string("B")}});
  text.extras = kwargs({{"c", number("1.0")}});
  CHECK(shown(text, {{"A"}, kwargs({{"d", string("D")}})}) == "[x][AB][1.0][D][{e}]");
  CHECK(shown(text, {{"A"}}) == "[x][AB][1.0][{d}][{e}]");
}

TEST_CASE("keyword arguments: defaults yield to extras, and these to the job's own") {
  auto text = argv({"x", "{a}{b}{c}"});
  text.defaults = kwargs({{"a", string("1")}, {"b", string("1")}, {"c", string("1")}});
  text.extras = kwargs({{"b", string("2")}, {"c", string("2")}});
  CHECK(shown(text, {{}, kwargs({{"c", string("3")}})}) == "[x][123]");
  const auto made = fanout::Template::parse(std::make_shared<CommandText>(text));
  REQUIRE(made);
  const auto merged = made->merge({}, kwargs({{"z", string("9")}, {"c", string("3")}}));
  REQUIRE(merged);
  CHECK(*merged ==
        kwargs({{"a", string("1")}, {"b", string("2")}, {"c", string("3")}, {"z", string("9")}}));
}

TEST_CASE("a keyword's value of any kind fills a placeholder") {
  const auto filled = [](const std::string& word, const Value& value) {
    return shown(argv({"x", word}), {{}, kwargs({{"v", value}})});
  };
  CHECK(filled("{v}", null()) == "[x][]");
  CHECK(filled("<{v}>", null()) == "[x][<>]");
  CHECK(filled("{v}", boolean(true)) == "[x][true]");
  CHECK(filled("{v}", boolean(false)) == "[x][false]");
  CHECK(filled("{v}", number("12345678901234567890")) == "[x][12345678901234567890]");
  CHECK(filled("{v}", object("{\"a\":[1]}")) == "[x][{\"a\":[1]}]");
  CHECK(filled("{v}", array({string("a b"), number("2")})) == "[x][a b][2]");
  CHECK(filled("{v}", array({})) == "[x]");
  CHECK(filled("<{v}>", array({string("a b"), number("2")})) == "[x][<a b 2>]");
}

TEST_CASE("a positional argument is one word whatever its kind") {
  const auto args = std::vector<Value>{object("{\"a\":1}"), array({number("1"), string("x")}),
                                       null(), boolean(true)};
  CHECK(shown(expand_values(argv({"x"}), args)) == "[x][{\"a\":1}][[1,\"x\"]][null][true]");
  CHECK(shown(expand_values(argv({"x", "{}"}), args)) == "[x][{\"a\":1}][[1,\"x\"]][null][true]");
  CHECK(shown(expand_values(argv({"x", "{2}", "{}"}), args)) ==
        "[x][[1,\"x\"]][{\"a\":1}][[1,\"x\"]][null][true]");
}

TEST_CASE("parameters are filled by position or by name") {
  auto text = argv({"get", "{crypto}", "in", "{currency}"});
  text.params = {"crypto", "currency"};
  CHECK(shown(text, {{"btc", "eur"}}) == "[get][btc][in][eur]");
  CHECK(shown(text, {{"btc"}, kwargs({{"currency", string("eur")}})}) == "[get][btc][in][eur]");
  CHECK(shown(text, {{"btc", "eur", "more"}}) == "[get][btc][in][eur][more]");
  CHECK(shown(text, {{"btc", "eur"}, kwargs({{"crypto", string("eth")}})}) ==
        "error: \"crypto\" is given twice: by position and as a keyword argument");
  CHECK(shown(text, {{"btc"}}) ==
        "error: the parameter \"currency\" has no value: expected it as argument 2 or as a keyword "
        "argument");
}

TEST_CASE("a parameter without a value is an error even where the text does not use it") {
  auto text = argv({"get"});
  text.params = {"crypto"};
  CHECK(shown(text).starts_with("error: the parameter \"crypto\" has no value"));
  CHECK(shown(text, {{}, kwargs({{"crypto", null()}})}) == "[get]");
  text.params = {"crypto", "crypto"};
  CHECK(shown(text, {{"a", "b"}}) == "error: the parameter \"crypto\" is declared twice");
}

TEST_CASE("a parameter by position beats its default and extra, and the merged ones leave it out") {
  auto text = argv({"get", "{crypto}"});
  text.params = {"crypto"};
  text.defaults = kwargs({{"crypto", string("btc")}});
  text.extras = kwargs({{"crypto", string("eth")}, {"n", number("1")}});
  CHECK(shown(text, {{"doge"}}) == "[get][doge][-n][1]");
  CHECK(shown(text) == "[get][eth][-n][1]");
  const auto made = fanout::Template::parse(std::make_shared<CommandText>(text));
  REQUIRE(made);
  const auto merged = made->merge(strings({"doge"}), {});
  REQUIRE(merged);
  CHECK(*merged == kwargs({{"n", number("1")}}));
}

TEST_CASE("a parameter without a placeholder is a word by position and an option by name") {
  auto text = argv({"get"});
  text.params = {"crypto"};
  CHECK(shown(text, {{"btc"}}) == "[get][btc]");
  CHECK(shown(text, {{}, kwargs({{"crypto", string("btc")}})}) == "[get][--crypto=btc]");
}

TEST_CASE("options come first, then left-over arguments, then the extra ones") {
  auto text = argv({"x", "{1}", "{used}"});
  text.extra_args = {"{1}", "end"};
  CHECK(shown(text, {{"a", "b"},
                     kwargs({{"verbose", boolean(true)},
                             {"used", string("u")},
                             {"n", number("3")},
                             {"off", boolean(false)}})}) ==
        "[x][a][u][--verbose][-n][3][b][{1}][end]");
}

TEST_CASE("a keyword argument that cannot become an option is an error that names it") {
  CHECK(shown(argv({"x"}), {{}, kwargs({{"a b", string("v")}})})
            .starts_with("error: the keyword argument \"a b\" has no placeholder"));
}

TEST_CASE("another token takes the place of {}") {
  auto text = argv({"x", "%", "a%b", "{}", "{1}"});
  text.all_token = "%";
  CHECK(shown(text, {{"p", "q"}}) == "[x][p][q][ap qb][{}][p]");
  text.all_token = "";
  CHECK(shown(text, {{"p"}}).starts_with("error: the token for all arguments is empty"));
}

TEST_CASE("with placeholders off every brace stays and arguments are appended") {
  auto text = argv({"x", "{}", "{1}", "{%}", "{v}", ""});
  text.placeholders = false;
  text.extras = kwargs({{"v", string("w")}});
  CHECK(shown(text, {{"a"}}) == "[x][{}][{1}][{%}][{v}][][-v][w][a]");
}

TEST_CASE("a NUL anywhere in the command is refused") {
  const std::string nul("a\0b", 3);
  const std::string message = "error: an argument cannot contain a NUL: \"";
  CHECK(shown(argv({"x"}), {{nul}}).starts_with(message));
  CHECK(shown(argv({"x", "{}"}), {{nul}}).starts_with(message));
  CHECK(shown(argv({"x", nul})).starts_with(message));
  CHECK(shown(argv({"x"}), {{}, kwargs({{"k", string(nul)}})}).starts_with(message));
  CHECK(shown(line("x {}"), {{nul}}).starts_with(message));
  auto text = argv({"x"});
  text.extra_args = {nul};
  CHECK(shown(text).starts_with(message));
}

TEST_CASE("a command without words is an error") {
  CHECK(shown(argv({})) == "error: the command is empty");
  CHECK(shown(argv({"{}"})) == "error: the command is empty");
  CHECK(shown(argv({"{}"}), {{"ls"}}) == "[ls]");
}

TEST_CASE("many arguments are expanded in one go") {
  std::vector<std::string> many(100000, "x");
  const auto appended = expand(argv({"echo"}), {many});
  REQUIRE(appended);
  CHECK(appended->argv.size() == 100001);
  const auto joined = expand(argv({"echo", "<{}>"}), {many});
  REQUIRE(joined);
  CHECK(joined->argv.at(1).size() == 200001);
  std::string word;
  for (int i = 0; i < 100000; ++i) word += "{1}{n";
  const auto dense = expand(argv({"echo", word}), {{"y"}});
  REQUIRE(dense);
  CHECK(dense->argv.at(1).size() == 300000);
}
