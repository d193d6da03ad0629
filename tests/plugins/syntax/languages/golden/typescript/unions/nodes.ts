export class Leaf {
  render(): string {
    return "";
  }
}

export class Branch {
  first: Node = new Leaf();
  rest: Node[] = [];
  shape: Shape;

  constructor() {
    this.shape = new Square();
  }

  render(): string {
    this.shape.draw();
    for (const node of this.rest) {
      node.render();
    }
    return this.first.render();
  }

  only(leaf: Leaf | null): void {
    leaf?.render();
  }
}

export class Loop {
  render(): string {
    return this.render();
  }
}

type Node = Leaf | Branch | Alias;
type Alias = Loop | Alias;

interface Shape {
  draw(): void;
}

class Square implements Shape {
  draw(): void {}
}
