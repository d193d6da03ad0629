const Rules = require("./rules");

function Parser(options) {
  this.rules = new Rules();
  this.report = report;
  this.parse = options;
  this.reset();
}

Parser.prototype.reset = function () {
  this.state = new State(this);
};

Parser.prototype.run = function (text) {
  this.state.advance();
  this.report(text);
  return this.rules.get(text);
};

function State(parser) {
  this.parser = parser;
}

State.prototype.advance = function () {
  this.parser.run("");
};

function report(text) {
  return text;
}

class Reader {
  constructor(report) {
    this.report = report;
  }

  read(parser) {
    this.report("");
    return parser;
  }
}

function options(given) {
  let merged = { level: report };
  merged = { ...merged, ...given };
  merged.level("");
  return merged.depth();
}

let last;
function remember(report) {
  last = report;
}

function again() {
  return last("");
}

module.exports = { Parser, Reader, options, remember, again };
