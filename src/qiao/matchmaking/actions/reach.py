"""What somebody wants to be reached by: switched off and on again, people blocked, mails about messages ended."""

from django.core import signing
from django.db import transaction

from qiao.core.actions import record
from qiao.core.models import User
from qiao.directory.models import Person
from qiao.events.models import Participation
from qiao.matchmaking.access import DIGEST_SALT
from qiao.matchmaking.conversation_models import Block, Message, Reach


@transaction.atomic
def set_reach(
    *, person: Person, requests: bool, messages: bool, digest: bool, team: bool = True, by: User | None
) -> Reach:
    """What waits already stays: a request can still be answered, a message read."""
    wanted = {"requests": requests, "messages": messages, "digest": digest, "team": team}
    reach, _created = Reach.objects.get_or_create(person=person)
    changed = [name for name, value in wanted.items() if getattr(reach, name) != value]
    for name in changed:
        setattr(reach, name, wanted[name])
    if changed:
        reach.save(update_fields=changed)
        record(by=by, action="matchmaking.reach_set", subject=reach, fields=changed)
    return reach


@transaction.atomic
def block(*, own: Participation, partner: Participation, by: User | None) -> Block:
    """Take neither requests nor messages of somebody any more; what came in already counts as read."""
    made, created = Block.objects.get_or_create(by=own.person, partner=partner)
    if created:
        incoming = Message.objects.filter(reader__person=own.person_id, author__person=partner.person_id)
        incoming.filter(is_read=False).update(is_read=True)
        record(by=by, action="matchmaking.block", subject=made)
    return made


@transaction.atomic
def lift_block(*, block: Block, by: User | None) -> None:
    """Of all events in which the two met."""
    record(by=by, action="matchmaking.block_lifted", subject=block)
    Block.objects.filter(by=block.by_id, partner__person=block.partner.person_id).delete()


@transaction.atomic
def stop_digest(*, user: User) -> None:
    """From the link in a mail, so nobody needs to be signed in."""
    person = Person.objects.filter(user=user).first()
    if person is not None:
        reach, _created = Reach.objects.update_or_create(person=person, defaults={"digest": False})
        record(by=user, action="matchmaking.digest_stopped", subject=reach)


def stop_token(user: User) -> str:
    return signing.dumps(user.key, salt=DIGEST_SALT)
