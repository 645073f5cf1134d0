/** A promise and its ends. Node before 22 and browsers before 2024 lack `Promise.withResolvers`. */
export class Settling {
  resolve: () => void = () => {};
  reject: (error: Error) => void = () => {};
  readonly promise = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}
