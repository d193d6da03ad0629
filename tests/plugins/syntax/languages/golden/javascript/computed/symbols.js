module.exports = {
  kOpen: Symbol("open"),
  kQueue: Symbol("queue"),
};
