export default function Button() {
  return <button />;
}

export class Panel {
  render() {}
}
