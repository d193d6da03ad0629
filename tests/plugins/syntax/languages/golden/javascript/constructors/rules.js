function Rules() {
  this.all = [];
}

Rules.prototype.get = function (name) {
  return this.all.filter((rule) => rule.name === name);
};

module.exports = Rules;
