export default class User {
  greet(): string {
    return "hi";
  }
}
export interface Named {
  name: string;
}
