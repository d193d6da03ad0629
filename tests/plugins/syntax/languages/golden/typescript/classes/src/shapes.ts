export interface Shape {
  area(): number;
}

export abstract class Base<T> implements Shape {
  protected items: T[] = [];
  static count = 0;
  constructor(protected readonly name: string) {
    Base.register(this);
  }
  static register(shape: Shape): void {
    shape.area();
    this.count += 1;
  }
  abstract area(): number;
  describe(): string {
    return this.label() + this.area();
  }
  private label(): string {
    return this.name.trim();
  }
  first(): T {
    return this.items[0];
  }
}

export class Circle extends Base<Point> {
  #radius = 1;
  private readonly logger = new Logger();
  constructor(private readonly center: Point) {
    super("circle");
  }
  area(): number {
    this.logger.info("area");
    return this.center.norm() * this.#radius;
  }
  describe(): string {
    this.handler();
    this.first().norm();
    return super.describe();
  }
  get size(): Point {
    return this.center;
  }
  handler = () => {
    this.size.norm();
  };
}

export class Point {
  norm(): number {
    return Math.sqrt(2);
  }
  clone(): Point {
    return new Point();
  }
}

class Logger {
  info(text: string) {}
}
