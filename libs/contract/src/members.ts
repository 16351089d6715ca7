/** What a {@link Members} can hold: its place there is its own. */
export interface Member {
  /** Index in the list; −1 while it is in none. */
  place: number;
}

/**
 * A set of objects that come and go with each request. A `Set` replaces its table again and again, and each old table points to
 * the next: once the garbage collector has promoted one, all that follow live until the next full collection, with everything
 * that they held (seen as 0.8 KB for each call). A member is in one such set at most.
 */
export class Members<T extends Member> {
  private readonly list: T[] = [];

  get size(): number {
    return this.list.length;
  }

  add(member: T): void {
    if (member.place >= 0) return;
    member.place = this.list.length;
    this.list.push(member);
  }

  /** The last one takes its place. */
  delete(member: T): void {
    const { place } = member;
    if (place < 0) return;
    member.place = -1;
    const last = this.list.pop();
    if (last === undefined || last === member) return;
    last.place = place;
    this.list[place] = last;
  }

  /** Those who are members now, whatever is added or deleted meanwhile. */
  all(): T[] {
    return [...this.list];
  }
}
