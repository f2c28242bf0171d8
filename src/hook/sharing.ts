/** The use of something shared; disposing it gives it back. */
export interface Lease<Thing> extends AsyncDisposable {
  readonly thing: Thing;
}

interface Shared {
  readonly thing: AsyncDisposable;
  uses: number;
}

/** Things that several drivers of one guardian use together, such as a port that all their balancers ask on. */
export class Sharing {
  readonly #things = new Map<string, Shared>();

  /**
   * The thing of this name: the one that others use already, or a new one. It is disposed with its last use.
   *
   * @param open makes it; things of one name must be of one kind
   */
  lease<Thing extends AsyncDisposable>(name: string, open: () => Thing): Lease<Thing> {
    const shared = this.#things.get(name) ?? { thing: open(), uses: 0 };
    this.#things.set(name, shared);
    shared.uses++;
    let given = false;
    const giveBack = async () => {
      if (given) return;
      given = true;
      if (--shared.uses > 0) return;
      this.#things.delete(name);
      await shared.thing[Symbol.asyncDispose]();
    };
    return { thing: shared.thing as Thing, [Symbol.asyncDispose]: giveBack };
  }
}
