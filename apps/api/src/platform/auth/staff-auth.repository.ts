import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { Config } from '../config/config.js';
import { derivedKey } from './derived-key.js';
import type { StaffAuth } from './staff-auth.js';

/** Gives the staff's sign-in the platform's own connections, when someone first asks for it. */
@Injectable()
export class StaffAuthRepository {
  private opening: Promise<StaffAuth> | null = null;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly config: Config,
  ) {}

  /** The library takes a while to load, and workers and commands never need it. */
  open(): Promise<StaffAuth> {
    this.opening ??= import('./staff-auth.js').then(({ openStaffAuth }) =>
      openStaffAuth({
        pool: (this.dataSource.driver as PostgresDriver).master as Pool,
        publicUrl: this.config.publicUrl,
        secret: derivedKey(this.config.secret, 'staff sessions').toString('base64url'),
      }),
    );
    return this.opening;
  }
}
