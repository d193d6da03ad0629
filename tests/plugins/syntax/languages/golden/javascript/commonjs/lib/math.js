// Adds.
exports.add = function (a, b) {
  return a + b;
};

function sub(a, b) {
  return a - b;
}

module.exports.sub = sub;
