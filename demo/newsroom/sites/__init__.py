"""The six sites, one module each."""

from demo.newsroom.outlet import Outlet
from demo.newsroom.sites.baichuan import Baichuan
from demo.newsroom.sites.harrow import Harrow
from demo.newsroom.sites.hyacinth import Hyacinth
from demo.newsroom.sites.langang import Langang
from demo.newsroom.sites.wutong import Wutong
from demo.newsroom.sites.yanzhou import Yanzhou

OUTLETS: tuple[type[Outlet], ...] = (Baichuan, Hyacinth, Wutong, Yanzhou, Langang, Harrow)

__all__ = ["OUTLETS", "Baichuan", "Harrow", "Hyacinth", "Langang", "Wutong", "Yanzhou"]
