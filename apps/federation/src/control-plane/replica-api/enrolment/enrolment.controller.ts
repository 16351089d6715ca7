import { ENROL_REQUEST, type EnrolAnswer } from '#libs/contract';
import { HttpCode, Ip, Post } from '@nestjs/common';
import { RefusedCredentials } from '../../admission/refused-credentials.js';
import { EnrolmentService } from './enrolment.service.js';
import { JoinTokenRoute } from '../join-token-route.decorator.js';
import { ReplicaRoutes } from '../replica-routes.decorator.js';
import { Reported } from '../calling-replica.js';
import { readMessage } from '../read-message.js';

@ReplicaRoutes('enrol')
export class EnrolmentController {
  constructor(
    private readonly enrolment: EnrolmentService,
    private readonly refused: RefusedCredentials,
  ) {}

  @Post()
  @HttpCode(200)
  @JoinTokenRoute()
  enrol(@Reported() body: unknown, @Ip() address: string): Promise<EnrolAnswer> {
    const request = readMessage(ENROL_REQUEST, body);
    return this.refused.watch('join', address, () => this.enrolment.enrol(request));
  }
}
