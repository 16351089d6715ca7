import type { EnrolAnswer, EnrolRequest } from '#libs/contract';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { checkedBody, positiveInteger, text } from './body-fields.js';
import { EnrolmentService } from './enrolment.service.js';
import { JoinTokenRoute } from './join-token-route.decorator.js';

const RULES = {
  joinToken: text(/^.{1,256}$/, 'a join token'),
  url: {
    allowed: 'an absolute http or https URL',
    holds: (value: unknown) =>
      typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
  },
  publicKey: text(/^[A-Za-z0-9_-]{43}$/, 'an Ed25519 public key: 32 bytes in base64url'),
  version: text(/^[\x20-\x7e]{1,64}$/, 'a version of at most 64 characters'),
  schemaVersion: positiveInteger,
};

@ApiExcludeController()
@Controller('internal/v1/enrol')
export class EnrolmentController {
  constructor(private readonly enrolment: EnrolmentService) {}

  @Post()
  @HttpCode(200)
  @JoinTokenRoute()
  enrol(@Body() body: unknown): Promise<EnrolAnswer> {
    return this.enrolment.enrol(checkedBody<EnrolRequest>(body, RULES));
  }
}
