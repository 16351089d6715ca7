import { Module } from '@nestjs/common';
import { SnapshotStore } from './snapshot.store.js';

/** Provides the one {@link SnapshotStore} of a process. */
@Module({ providers: [SnapshotStore], exports: [SnapshotStore] })
export class SnapshotModule {}
