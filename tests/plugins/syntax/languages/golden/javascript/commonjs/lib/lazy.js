module.exports = {
  later() {
    return 1;
  },
};
