import { EventEmitter } from "events";
import { Base, Circle, Point, Shape } from "./shapes";

/** A bus of events. */
export class Bus extends EventEmitter {
  send(): void {
    this.emit("x");
    this.local();
  }
  local(): void {}
}

enum Level {
  Low,
  High = 2,
}

type Pair = { left: Point; right: Point };
type Maker = typeof makePoint;

namespace Geometry {
  export function distance(pair: Pair): number {
    return pair.left.norm();
  }
}

function makePoint() {
  const point = new Point();
  return point;
}

async function load(): Promise<Circle> {
  return new Circle(makePoint());
}

export function parse(value: string): Point;
export function parse(value: number): Point;
export function parse(value: unknown): Point {
  return makePoint().clone();
}

function decorate(target: unknown) {}

@decorate
export class Controller {
  constructor(private shapes: Map<string, Circle>, private list: Circle[]) {}
  async run(pair: Pair, shape: Shape, { left: start }: Pair, base = makePoint()) {
    const circle = await load();
    circle.area();
    circle.describe();
    (await load()).handler();
    shape.area();
    start.norm();
    base.norm();
    for (const item of this.list) {
      item.area();
    }
    this.list.map((item) => item.size.clone());
    this.shapes.get("a")?.area();
    Geometry.distance(pair);
    parse("x").norm();
    const inner = (point: Point) => point.norm();
    inner(pair.right);
    const made = shape as Circle;
    made.area();
    let anything: any;
    anything.area();
    Base.register(circle);
  }
}
