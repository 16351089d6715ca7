/** Set once, when the process begins to end: from then on it is not ready, whatever the role says. */
export class DrainState {
  private isDraining = false;

  get draining(): boolean {
    return this.isDraining;
  }

  begin(): void {
    this.isDraining = true;
  }
}
