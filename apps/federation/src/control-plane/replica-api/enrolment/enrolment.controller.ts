import { ENROL_REQUEST, type EnrolAnswer } from '#libs/contract';
import { HttpCode, Post } from '@nestjs/common';
import { EnrolmentService } from './enrolment.service.js';
import { JoinTokenRoute } from '../join-token-route.decorator.js';
import { ReplicaRoutes } from '../replica-routes.decorator.js';
import { Reported } from '../calling-replica.js';
import { readMessage } from '../read-message.js';

@ReplicaRoutes('enrol')
export class EnrolmentController {
  constructor(private readonly enrolment: EnrolmentService) {}

  @Post()
  @HttpCode(200)
  @JoinTokenRoute()
  enrol(@Reported() body: unknown): Promise<EnrolAnswer> {
    return this.enrolment.enrol(readMessage(ENROL_REQUEST, body));
  }
}
