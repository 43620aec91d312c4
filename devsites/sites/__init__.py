"""The six sites, one module each."""

from devsites.outlet import Outlet
from devsites.sites.baichuan import Baichuan
from devsites.sites.harrow import Harrow
from devsites.sites.hyacinth import Hyacinth
from devsites.sites.langang import Langang
from devsites.sites.wutong import Wutong
from devsites.sites.yanzhou import Yanzhou

OUTLETS: tuple[type[Outlet], ...] = (Baichuan, Hyacinth, Wutong, Yanzhou, Langang, Harrow)

__all__ = ["OUTLETS", "Baichuan", "Harrow", "Hyacinth", "Langang", "Wutong", "Yanzhou"]
