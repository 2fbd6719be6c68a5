"""draft"""
from petakumuh.kernel.api import *
