var app = exports = module.exports = {};

app.init = function init() {
  this.settings();
};

app.settings = function settings() {
  start();
};

function start() {}
