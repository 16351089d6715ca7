import { Access, type Exchange } from '#libs/auth';
import type { ListKind, ListView } from '#libs/envelope';

/** What the caller may see at the time of each event: a stream may outlast a change of policy. */
export class CurrentView implements ListView {
  constructor(private readonly exchange: Exchange) {}

  get mayReadResources(): boolean {
    return this.access.mayReadResources;
  }

  hides(kind: ListKind): boolean {
    return this.access.hides(kind);
  }

  maySee(kind: ListKind, name: string): boolean {
    return this.access.maySee(kind, name);
  }

  isPrivate(kind: ListKind): boolean {
    return this.access.isPrivate(kind);
  }

  private get access(): Access {
    return this.exchange.access ?? Access.NONE;
  }
}
