"""Joins the stages' models, in the order of the journey, so that Django finds them."""

from qiao.core.models import *  # noqa: F403
from qiao.core.notice_models import *  # noqa: F403
from qiao.core.token_models import *  # noqa: F403
from qiao.directory.draft_models import *  # noqa: F403
from qiao.directory.evidence_models import *  # noqa: F403
from qiao.directory.import_models import *  # noqa: F403
from qiao.directory.market_models import *  # noqa: F403
from qiao.directory.models import *  # noqa: F403
from qiao.directory.search_models import *  # noqa: F403
from qiao.directory.showing_models import *  # noqa: F403
from qiao.events.contribution_models import *  # noqa: F403
from qiao.events.delegation_models import *  # noqa: F403
from qiao.events.form_models import *  # noqa: F403
from qiao.events.glossary_models import *  # noqa: F403
from qiao.events.models import *  # noqa: F403
from qiao.events.session_models import *  # noqa: F403
from qiao.events.travel_models import *  # noqa: F403
from qiao.matchmaking.conversation_models import *  # noqa: F403
from qiao.matchmaking.models import *  # noqa: F403
from qiao.meetings.models import *  # noqa: F403
from qiao.meetings.rating_models import *  # noqa: F403
from qiao.office.case_models import *  # noqa: F403
from qiao.office.event_models import *  # noqa: F403
from qiao.office.introduction_models import *  # noqa: F403
from qiao.office.models import *  # noqa: F403
from qiao.office.news_models import *  # noqa: F403
