<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Boxes</name>
    <message>
        <source>It works on this computer alone; no film leaves it.</source>
        <translation>它只在本机上运行，影像不会离开这台计算机。</translation>
    </message>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>The report could not be written.</source>
        <translation>无法生成报告。</translation>
    </message>
    <message>
        <source>The disk may be full, the folder may not be written, or the results may be gone.</source>
        <translation>磁盘可能已满、文件夹不可写，或结果已不存在。</translation>
    </message>
    <message>
        <source>For technical support, in English:</source>
        <translation>供技术支持人员参考（英文）：</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>停止并关闭</translation>
    </message>
    <message>
        <source>Keep scanning</source>
        <translation>继续扫描</translation>
    </message>
    <message>
        <source>The scan is still running.</source>
        <translation>扫描仍在进行。</translation>
    </message>
    <message>
        <source>What is done is kept; you can go on with it later.</source>
        <translation>已完成的部分会保留，以后可以继续。</translation>
    </message>
    <message>
        <source>Close without them</source>
        <translation>不等报告，直接关闭</translation>
    </message>
    <message>
        <source>Keep open</source>
        <translation>保持打开</translation>
    </message>
    <message>
        <source>Close when they are written</source>
        <translation>写完报告后关闭</translation>
    </message>
    <message>
        <source>Reports are being written.</source>
        <translation>正在写入报告。</translation>
    </message>
    <message>
        <source>Scores and verdicts are saved; reports can be written again with Export.</source>
        <translation>评分和阅片意见已保存；以后可通过“导出”重新写入报告。</translation>
    </message>
    <message>
        <source>Close all the same</source>
        <translation>仍然关闭</translation>
    </message>
    <message>
        <source>What you said of some films is not saved ({0}).</source>
        <translation>对部分影像的阅片意见尚未保存（{0}）。</translation>
    </message>
    <message>
        <source>Keep the window open to try again.</source>
        <translation>保持窗口打开可以重试。</translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>Not scored</source>
        <translation>未评分</translation>
    </message>
    <message>
        <source>Take care</source>
        <translation>请注意</translation>
    </message>
    <message>
        <source>Probabilities</source>
        <translation>概率</translation>
    </message>
    <message>
        <source>reached: called positive</source>
        <translation>达到：判为阳性</translation>
    </message>
    <message>
        <source>not reached: called negative</source>
        <translation>未达到：判为阴性</translation>
    </message>
    <message>
        <source>sensitivity {0}, specificity {1}</source>
        <translation>灵敏度 {0}，特异度 {1}</translation>
    </message>
    <message>
        <source>Operating points</source>
        <translation>工作点</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>nothing: shown and scored as stored</source>
        <translation>无：按存储原样显示和评分</translation>
    </message>
    <message>
        <source>Applied to the pixels</source>
        <translation>像素处理</translation>
    </message>
    <message>
        <source>The file</source>
        <translation>文件</translation>
    </message>
</context>
<context>
    <name>DropBox</name>
    <message>
        <source>Choose a folder …</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Choose films or a zip …</source>
        <translation>选择影像或 zip…</translation>
    </message>
    <message>
        <source>Drop a folder, a zip or films here</source>
        <translation>将文件夹、zip 或影像拖到这里</translation>
    </message>
    <message>
        <source>DICOM, JPEG, PNG and TIFF. Nothing leaves this computer.</source>
        <translation>支持 DICOM、JPEG、PNG 和 TIFF。任何数据都不会离开本机。</translation>
    </message>
    <message>
        <source> and {0} more</source>
        <translation>，另有 {0} 个</translation>
    </message>
</context>
<context>
    <name>FilmPanel</name>
    <message>
        <source>The selected film</source>
        <translation>所选影像</translation>
    </message>
    <message>
        <source>Film</source>
        <translation>影像</translation>
    </message>
    <message>
        <source>What is known of the film</source>
        <translation>影像的已知信息</translation>
    </message>
    <message>
        <source>Select a film in the list to look at it.</source>
        <translation>在列表中选择一张影像即可查看。</translation>
    </message>
    <message>
        <source>Reading the film …</source>
        <translation>正在读取影像…</translation>
    </message>
    <message>
        <source>Only the small picture of the scan: {0}</source>
        <translation>仅有扫描时的缩略图：{0}</translation>
    </message>
</context>
<context>
    <name>FilmTools</name>
    <message>
        <source>Fit</source>
        <translation>适合窗口</translation>
    </message>
    <message>
        <source>1:1</source>
        <translation>1:1</translation>
    </message>
    <message>
        <source>Full size</source>
        <translation>原始大小</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>反相</translation>
    </message>
    <message>
        <source>Change black and white (I).</source>
        <translation>黑白互换（I）。</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>还原</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>热力图</translation>
    </message>
    <message>
        <source>Strength of the heat map</source>
        <translation>热力图强度</translation>
    </message>
    <message>
        <source>Drag with the left button for window and level, with the right to move; or press the arrow keys with Ctrl, and with Shift.</source>
        <translation>左键拖动调节窗宽窗位，右键拖动移动影像；也可按 Ctrl＋方向键和 Shift＋方向键。</translation>
    </message>
    <message>
        <source>Show the whole film (F). Double-click does, too.</source>
        <translation>显示整张影像（F），双击亦可。</translation>
    </message>
    <message>
        <source>One screen pixel a film pixel. The wheel zooms.</source>
        <translation>按影像像素一比一显示，滚轮可缩放。</translation>
    </message>
    <message>
        <source>As the film came (R).</source>
        <translation>恢复影像原样（R）。</translation>
    </message>
    <message>
        <source>The places that speak most for the score (H). Each film has a scale of its own: a warm place in a film with a low score is not suspicious for being warm.</source>
        <translation>最支持该评分的位置（H）。每张影像各有自己的色标：低分影像中的暖色区域并不因此可疑。</translation>
    </message>
    <message>
        <source>{0} %   W {1}  L {2}</source>
        <translation>{0} %   窗宽 {1}  窗位 {2}</translation>
    </message>
</context>
<context>
    <name>Leaving</name>
    <message>
        <source>The window closes when the reports are written.</source>
        <translation>报告写完后窗口会自动关闭。</translation>
    </message>
</context>
<context>
    <name>ListPane</name>
    <message>
        <source>Worklist</source>
        <translation>工作列表</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Search by name</source>
        <translation>按名称搜索</translation>
    </message>
    <message>
        <source>Lists</source>
        <translation>列表</translation>
    </message>
    <message>
        <source>Show only these; several may be chosen.</source>
        <translation>只显示这一类；可多选。</translation>
    </message>
    <message>
        <source>Worklist ({0})</source>
        <translation>工作列表（{0}）</translation>
    </message>
    <message>
        <source>Problems ({0})</source>
        <translation>问题（{0}）</translation>
    </message>
</context>
<context>
    <name>Notes</name>
    <message>
        <source>{0}: of an earlier scan, and not written anew.</source>
        <translation>{0}：属于以前的扫描，未重新写入。</translation>
    </message>
    <message>
        <source>{0} was changed since it was written, and is kept; the new report is {1}.</source>
        <translation>{0} 写入后有改动，已保留；新报告为 {1}。</translation>
    </message>
    <message>
        <source>{0} is open in another program; the new report is {1}.</source>
        <translation>{0} 正在其他程序中打开；新报告为 {1}。</translation>
    </message>
    <message>
        <source>submission.csv: some films have the same id, for their file names are alike.</source>
        <translation>submission.csv：部分影像文件名相同，因而编号相同。</translation>
    </message>
    <message>
        <source>report.xlsx: no room for the links of {0} films; their names are plain text.</source>
        <translation>report.xlsx：容纳不下 {0} 张影像的链接；其名称为纯文本。</translation>
    </message>
    <message>
        <source>report.html shows the first {0} of {1} films; Excel and CSV have all.</source>
        <translation>report.html 只显示 {1} 张影像中的前 {0} 张；Excel 和 CSV 中有全部影像。</translation>
    </message>
    <message>
        <source>report.html shows the first {0} of {1} problems; Excel has all.</source>
        <translation>report.html 只显示 {1} 个问题中的前 {0} 个；Excel 中有全部问题。</translation>
    </message>
    <message>
        <source>report.html has pictures of the {0} most suspicious films only.</source>
        <translation>report.html 只含最可疑的 {0} 张影像的图片。</translation>
    </message>
    <message>
        <source>This processor cannot compute in eight bits: scored in full precision.</source>
        <translation>本机处理器无法进行八位计算：已按全精度评分。</translation>
    </message>
    <message>
        <source>There is no {0} device: scored on the processor.</source>
        <translation>没有 {0} 设备：已在处理器上评分。</translation>
    </message>
    <message>
        <source>A drive did not answer when films were to be read: see that it is connected.</source>
        <translation>读取影像时驱动器没有响应：请检查其是否已连接。</translation>
    </message>
    <message>
        <source>What was measured of this computer cannot be used: {0}</source>
        <translation>对本机的测量结果无法使用：{0}</translation>
    </message>
</context>
<context>
    <name>Problems</name>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>问题原因</translation>
    </message>
</context>
<context>
    <name>ProgressStrip</name>
    <message>
        <source>Details …</source>
        <translation>详情…</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>End here and write the reports of what is done.</source>
        <translation>到此结束，并为已完成的部分生成报告。</translation>
    </message>
    <message>
        <source>Progress of the scan</source>
        <translation>扫描进度</translation>
    </message>
    <message>
        <source>{0} of {1} files</source>
        <translation>{0} / {1} 个文件</translation>
    </message>
    <message>
        <source>{0} files so far</source>
        <translation>已处理 {0} 个文件</translation>
    </message>
    <message>
        <source>{0} a second</source>
        <translation>每秒 {0} 个</translation>
    </message>
    <message>
        <source>{0} left</source>
        <translation>剩余 {0}</translation>
    </message>
    <message>
        <source>Getting the model ready …</source>
        <translation>正在准备模型…</translation>
    </message>
    <message>
        <source>Scanning</source>
        <translation>正在扫描</translation>
    </message>
    <message>
        <source>Writing the reports …</source>
        <translation>正在生成报告…</translation>
    </message>
    <message>
        <source>Stopping; what is done is kept …</source>
        <translation>正在停止，已完成的部分会保留…</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Stopped; what was done is kept</source>
        <translation>已停止，已完成的部分已保留</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>An earlier scan</source>
        <translation>以前的扫描</translation>
    </message>
</context>
<context>
    <name>Records</name>
    <message>
        <source>not a JPEG, PNG, TIFF or DICOM image</source>
        <translation>不是 JPEG、PNG、TIFF 或 DICOM 图像</translation>
    </message>
    <message>
        <source>the file is empty</source>
        <translation>文件是空的</translation>
    </message>
    <message>
        <source>no permission to read it</source>
        <translation>没有读取权限</translation>
    </message>
    <message>
        <source>it was there when the folder was listed, and is gone</source>
        <translation>列出文件夹时还在，现在已不存在</translation>
    </message>
    <message>
        <source>the drive or the network failed while it was read</source>
        <translation>读取时磁盘或网络出错</translation>
    </message>
    <message>
        <source>damaged or cut short</source>
        <translation>文件损坏或不完整</translation>
    </message>
    <message>
        <source>a DICOM file without a picture</source>
        <translation>DICOM 文件中没有图像</translation>
    </message>
    <message>
        <source>a kind of picture this program cannot decode</source>
        <translation>本程序无法解码的图像类型</translation>
    </message>
    <message>
        <source>the file is larger than the limit</source>
        <translation>文件超过大小上限</translation>
    </message>
    <message>
        <source>it claims more pixels than the limit</source>
        <translation>标称像素数超过上限</translation>
    </message>
    <message>
        <source>decoding it needs more memory than a worker may use</source>
        <translation>解码所需内存超过上限</translation>
    </message>
    <message>
        <source>decoding it took longer than the time limit</source>
        <translation>解码超过时间上限</translation>
    </message>
    <message>
        <source>decoding it ended the worker process, twice</source>
        <translation>解码时工作进程两次意外终止</translation>
    </message>
    <message>
        <source>the model&apos;s output was not a number</source>
        <translation>模型输出不是有效数值</translation>
    </message>
    <message>
        <source>the program failed on it; the log file has the details</source>
        <translation>程序处理此文件时出错，详见日志文件</translation>
    </message>
    <message>
        <source>another kind of image than the model reads</source>
        <translation>不是该模型所读的影像类型</translation>
    </message>
    <message>
        <source>another part of the body</source>
        <translation>不是该模型所读的身体部位</translation>
    </message>
    <message>
        <source>a lateral view; the model reads frontal films</source>
        <translation>侧位片；该模型只读正位片</translation>
    </message>
    <message>
        <source>a colour picture, not a radiograph</source>
        <translation>彩色图片，不是 X 线影像</translation>
    </message>
    <message>
        <source>blank, or nearly</source>
        <translation>空白或近乎空白</translation>
    </message>
    <message>
        <source>noise without a picture in it</source>
        <translation>只有噪声，没有图像</translation>
    </message>
    <message>
        <source>its grey levels look inverted</source>
        <translation>灰度看起来是反相的</translation>
    </message>
    <message>
        <source>too small to judge</source>
        <translation>图像太小，无法判断</translation>
    </message>
    <message>
        <source>unlike the pictures the model was trained on</source>
        <translation>与模型训练所用的影像差异过大</translation>
    </message>
    <message>
        <source>an adult&apos;s film; the model was trained on children&apos;s</source>
        <translation>成人影像；该模型是用儿童影像训练的</translation>
    </message>
    <message>
        <source>scored though it looks out of scope (--no-gate)</source>
        <translation>看起来不在适用范围内，但仍进行了评分（--no-gate）</translation>
    </message>
    <message>
        <source>the file names no window; one was chosen from its grey levels</source>
        <translation>文件未指定窗宽窗位，已按灰度自动选取</translation>
    </message>
    <message>
        <source>Positive</source>
        <translation>阳性</translation>
    </message>
    <message>
        <source>Uncertain</source>
        <translation>不确定</translation>
    </message>
    <message>
        <source>Negative</source>
        <translation>阴性</translation>
    </message>
    <message>
        <source>Scored</source>
        <translation>已评分</translation>
    </message>
    <message>
        <source>Out of scope</source>
        <translation>超出适用范围</translation>
    </message>
    <message>
        <source>Unreadable</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>Too large</source>
        <translation>过大</translation>
    </message>
    <message>
        <source>Timed out</source>
        <translation>超时</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Chest film: pneumonia</source>
        <translation>胸片：肺炎</translation>
    </message>
    <message>
        <source>Chest film: bacterial or viral pneumonia</source>
        <translation>胸片：细菌性或病毒性肺炎</translation>
    </message>
    <message>
        <source>Lymph-node patch: tumour in the centre</source>
        <translation>淋巴结切片图块：中心有肿瘤</translation>
    </message>
    <message>
        <source>normal</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>pneumonia</source>
        <translation>肺炎</translation>
    </message>
    <message>
        <source>bacteria</source>
        <translation>细菌性</translation>
    </message>
    <message>
        <source>virus</source>
        <translation>病毒性</translation>
    </message>
    <message>
        <source>tumour</source>
        <translation>肿瘤</translation>
    </message>
    <message>
        <source>sensitive</source>
        <translation>高灵敏度</translation>
    </message>
    <message>
        <source>balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>specific</source>
        <translation>高特异度</translation>
    </message>
    <message>
        <source>Sorts frontal chest films of children of about one to five years by how likely they show pneumonia, so that a reader sees the likeliest first, and marks where on the film the suspicion lies. Every film is still read by a person. For research; not a medical device, not for diagnosis, and not for deciding that a film need not be read.</source>
        <translation>按显示肺炎的可能性对约 1 至 5 岁儿童的正位胸片排序，使阅片者最先看到最可疑的胸片，并在片上标出可疑部位。每张胸片仍须由人阅读。仅供研究使用；非医疗器械，不得用于诊断，也不得据此决定某张胸片无须阅读。</translation>
    </message>
    <message>
        <source>Sorts frontal chest films of children of about one to five years by how likely they show pneumonia, so that a reader sees the likeliest first, says whether it looks rather bacterial or viral, as a hint that decides no treatment, and marks where on the film the suspicion lies. Every film is still read by a person. For research; not a medical device, not for diagnosis, and not for deciding that a film need not be read.</source>
        <translation>按显示肺炎的可能性对约 1 至 5 岁儿童的正位胸片排序，使阅片者最先看到最可疑的胸片，提示其更像细菌性还是病毒性（仅为提示，不得据此决定治疗），并在片上标出可疑部位。每张胸片仍须由人阅读。仅供研究使用；非医疗器械，不得用于诊断，也不得据此决定某张胸片无须阅读。</translation>
    </message>
    <message>
        <source>Sorts patches of H&amp;E-stained lymph-node sections by how likely their centre holds metastatic breast cancer, so that a reader sees the likeliest first. For research; not a medical device, not for diagnosis.</source>
        <translation>按中央含有转移性乳腺癌的可能性对 H&amp;E 染色淋巴结切片图块排序，使阅片者最先看到最可疑的图块。仅供研究使用；非医疗器械，不得用于诊断。</translation>
    </message>
    <message>
        <source>For research use. Not a medical device; not for diagnosis.</source>
        <translation>仅供研究使用。非医疗器械，不得用于诊断。</translation>
    </message>
</context>
<context>
    <name>SaveDialog</name>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
</context>
<context>
    <name>ScanPage</name>
    <message>
        <source>Reading the film …</source>
        <translation>正在读取影像…</translation>
    </message>
    <message>
        <source>The results of this film cannot be read.</source>
        <translation>无法读取该影像的结果。</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>in a dated folder beside the films</source>
        <translation>影像旁边带日期的文件夹</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>as the computer allows</source>
        <translation>由计算机自动决定</translation>
    </message>
    <message>
        <source>Results folder</source>
        <translation>结果文件夹</translation>
    </message>
    <message>
        <source>Operating point</source>
        <translation>工作点</translation>
    </message>
    <message>
        <source>Where the list is cut. One point cuts it in two, positive and negative; nothing is uncertain then. It holds for scans that are started from now on.</source>
        <translation>列表在何处划分。选用单个工作点时，列表只分为阳性与阴性，不再有“不确定”。对此后开始的扫描生效。</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>计算精度</translation>
    </message>
    <message>
        <source>Films read at once</source>
        <translation>同时读取的影像数</translation>
    </message>
    <message>
        <source>Fewer films at once leave the computer more room for other work. The scores stay the same.</source>
        <translation>同时读取的影像越少，留给其他工作的资源越多。评分不受影响。</translation>
    </message>
    <message>
        <source>Choose a folder for results</source>
        <translation>选择存放结果的文件夹</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Change …</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Change where results go</source>
        <translation>更改结果的位置</translation>
    </message>
    <message>
        <source>Look for</source>
        <translation>筛查内容</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Earlier scans</source>
        <translation>以前的扫描</translation>
    </message>
    <message>
        <source>in a dated folder beside the films</source>
        <translation>影像旁边带日期的文件夹</translation>
    </message>
    <message>
        <source>Which films shall be read first?</source>
        <translation>哪些影像应当先读？</translation>
    </message>
    <message>
        <source>{0}  (the best)</source>
        <translation>{0}（最佳）</translation>
    </message>
    <message>
        <source>No model is installed. Install the program again, or name a folder of models by SCREENER_WEIGHTS.</source>
        <translation>没有已安装的模型。请重新安装程序，或用 SCREENER_WEIGHTS 指定模型文件夹。</translation>
    </message>
    <message>
        <source>Choose a folder of films</source>
        <translation>选择影像文件夹</translation>
    </message>
    <message>
        <source>Choose films or a zip</source>
        <translation>选择影像或 zip</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>modality rescale x{0} {1}</source>
        <translation>模态缩放 ×{0} {1}</translation>
    </message>
    <message>
        <source>modality LUT of {0} entries</source>
        <translation>模态查找表（{0} 项）</translation>
    </message>
    <message>
        <source>VOI LUT of {0} entries</source>
        <translation>VOI 查找表（{0} 项）</translation>
    </message>
    <message>
        <source>window {0} chosen from the grey levels</source>
        <translation>窗位/窗宽 {0}（由灰阶选定）</translation>
    </message>
    <message>
        <source>window {0} {1}</source>
        <translation>窗位/窗宽 {0} {1}</translation>
    </message>
    <message>
        <source>window of width {0} passed over</source>
        <translation>忽略了宽度为 {0} 的窗</translation>
    </message>
    <message>
        <source>inverted</source>
        <translation>已反相</translation>
    </message>
</context>
<context>
    <name>ToolBar</name>
    <message>
        <source>New scan</source>
        <translation>新扫描</translation>
    </message>
    <message>
        <source>Open results …</source>
        <translation>打开结果…</translation>
    </message>
    <message>
        <source>Show results folder</source>
        <translation>打开结果文件夹</translation>
    </message>
    <message>
        <source>Settings …</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Guide</source>
        <translation>使用指南</translation>
    </message>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Excel</source>
        <translation>Excel</translation>
    </message>
    <message>
        <source>Web page (HTML)</source>
        <translation>网页 (HTML)</translation>
    </message>
    <message>
        <source>CSV: the worklist, with verdicts</source>
        <translation>CSV：工作列表及阅片意见</translation>
    </message>
    <message>
        <source>CSV: names and scores alone</source>
        <translation>CSV：仅文件名与评分</translation>
    </message>
    <message>
        <source>Save elsewhere …</source>
        <translation>另存到其他位置…</translation>
    </message>
</context>
<context>
    <name>Trouble</name>
    <message>
        <source>The scan ended unexpectedly</source>
        <translation>扫描意外终止</translation>
    </message>
    <message>
        <source>Another program or a lack of memory may have ended it. What is done is kept: press Resume to go on from there.</source>
        <translation>可能被其他程序终止，或因内存不足。已完成的部分已保留：按“继续”即可从中断处接着扫描。</translation>
    </message>
    <message>
        <source>These results cannot be read</source>
        <translation>无法读取这些结果</translation>
    </message>
    <message>
        <source>The file scan.sqlite in their folder is damaged, or another version of the program made it. The reports beside it may still be opened.</source>
        <translation>结果文件夹中的 scan.sqlite 已损坏，或由其他版本的程序生成。旁边的报告可能仍可打开。</translation>
    </message>
    <message>
        <source>There is no file in what you chose</source>
        <translation>所选内容中没有文件</translation>
    </message>
    <message>
        <source>Choose another folder, or films themselves.</source>
        <translation>请选择其他文件夹，或直接选择影像。</translation>
    </message>
    <message>
        <source>Something that was chosen is no longer there</source>
        <translation>所选的内容已不存在</translation>
    </message>
    <message>
        <source>A folder, a film or the model was moved or renamed. Choose it again.</source>
        <translation>文件夹、影像或模型已被移动或改名，请重新选择。</translation>
    </message>
    <message>
        <source>The model cannot be used</source>
        <translation>模型无法使用</translation>
    </message>
    <message>
        <source>Its files are incomplete or were changed. Install the program again, or choose another model.</source>
        <translation>模型文件不完整或已被改动。请重新安装程序，或选择其他模型。</translation>
    </message>
    <message>
        <source>Another scan is using the results folder</source>
        <translation>另一个扫描正在使用该结果文件夹</translation>
    </message>
    <message>
        <source>Wait for it to end and press Resume, or choose another folder in Settings and start a new scan.</source>
        <translation>请等它结束后按“继续”，或在设置中选择其他文件夹并开始新的扫描。</translation>
    </message>
    <message>
        <source>The disk may be full, or the folder may not be written. Make room and press Resume, or choose another results folder in Settings and start a new scan.</source>
        <translation>磁盘可能已满，或文件夹不可写。请腾出空间后按“继续”，或在设置中选择其他结果文件夹并开始新的扫描。</translation>
    </message>
    <message>
        <source>The results folder holds another scan</source>
        <translation>该结果文件夹中是另一次扫描</translation>
    </message>
    <message>
        <source>The model cannot be run in eight bits here</source>
        <translation>此处无法以八位精度运行该模型</translation>
    </message>
    <message>
        <source>It has no eight-bit version, or this computer&apos;s processor cannot run that. Choose another precision in Settings, or another model.</source>
        <translation>该模型没有八位版本，或本机处理器无法运行。请在设置中选择其他精度，或选择其他模型。</translation>
    </message>
    <message>
        <source>It was made with another model, other settings or another version of the program. Start a new scan, or choose another results folder in Settings.</source>
        <translation>它使用了不同的模型、设置或程序版本。请开始新的扫描，或在设置中选择其他结果文件夹。</translation>
    </message>
    <message>
        <source>The results cannot be saved</source>
        <translation>无法保存结果</translation>
    </message>
    <message>
        <source>Something went wrong in the program</source>
        <translation>程序出现错误</translation>
    </message>
    <message>
        <source>What is done is kept: press Resume to go on. If it happens again, please report the details.</source>
        <translation>已完成的部分已保留：按“继续”接着扫描。如再次出现，请反馈详情。</translation>
    </message>
</context>
<context>
    <name>UnkeptBar</name>
    <message>
        <source>Details …</source>
        <translation>详情…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Not saved: what you said of {0}</source>
        <translation>未能保存：您对 {0} 的阅片意见</translation>
    </message>
    <message>
        <source>Not saved: what you said of {0} films</source>
        <translation>未能保存：您对 {0} 张影像的阅片意见</translation>
    </message>
    <message>
        <source>The results may be in use by another program, may lie where nothing can be written, or may be gone. The list shows what is saved.</source>
        <translation>结果可能正被其他程序使用、位于无法写入的位置，或已不存在。列表显示的是已保存的内容。</translation>
    </message>
</context>
<context>
    <name>VerdictBar</name>
    <message>
        <source>Is the score right?</source>
        <translation>评分是否正确？</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>已读</translation>
    </message>
    <message>
        <source>Mark the film as read (Space).</source>
        <translation>将影像标记为已读（空格键）。</translation>
    </message>
    <message>
        <source>V goes from one verdict to the next.</source>
        <translation>按 V 键切换判断。</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>There are no results of a scan in this folder.</source>
        <translation>此文件夹中没有扫描结果。</translation>
    </message>
    <message>
        <source>Choose the results folder of a scan</source>
        <translation>选择一次扫描的结果文件夹</translation>
    </message>
    <message>
        <source>unfinished: Resume scans what is missing</source>
        <translation>未完成：按“继续”扫描剩余部分</translation>
    </message>
    <message>
        <source>unfinished: some films are not in it</source>
        <translation>未完成：其中缺少部分影像</translation>
    </message>
    <message>
        <source>Reading the results …</source>
        <translation>正在读取结果…</translation>
    </message>
    <message>
        <source>{0} of {1} scored</source>
        <translation>{1} 个文件中 {0} 个已评分</translation>
    </message>
    <message>
        <source>{0} not scored: read them all the same (Problems)</source>
        <translation>{0} 个未评分：仍须照常阅片（见“问题”）</translation>
    </message>
    <message>
        <source>took {0}</source>
        <translation>用时 {0}</translation>
    </message>
    <message>
        <source>reports in {0}</source>
        <translation>报告在 {0}</translation>
    </message>
    <message>
        <source>Writing the report …</source>
        <translation>正在生成报告…</translation>
    </message>
    <message>
        <source>Written: {0}</source>
        <translation>已生成：{0}</translation>
    </message>
    <message>
        <source>The list cannot be read anew just now.</source>
        <translation>暂时无法重新读取列表。</translation>
    </message>
    <message>
        <source>The results folder is no longer there.</source>
        <translation>结果文件夹已不存在。</translation>
    </message>
    <message>
        <source>guide.en.html</source>
        <translation>guide.zh.html</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Agree</source>
        <translation>同意</translation>
    </message>
    <message>
        <source>Disagree</source>
        <translation>不同意</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>难以判断</translation>
    </message>
    <message>
        <source>three bands: negative, uncertain, positive</source>
        <translation>三个分级：阴性、不确定、阳性</translation>
    </message>
    <message>
        <source>sensitive: misses few, with more false alarms</source>
        <translation>灵敏：漏诊少，误报较多</translation>
    </message>
    <message>
        <source>balanced: between the two</source>
        <translation>均衡：介于两者之间</translation>
    </message>
    <message>
        <source>specific: few false alarms, misses more</source>
        <translation>特异：误报少，漏诊较多</translation>
    </message>
    <message>
        <source>full (fp32)</source>
        <translation>完整精度（fp32）</translation>
    </message>
    <message>
        <source>eight bits (int8): faster, scores differ a little</source>
        <translation>八位整数（int8）：更快，评分略有差异</translation>
    </message>
    <message>
        <source>automatic: eight bits where the model has proved them</source>
        <translation>自动：模型已验证时使用八位整数</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} 秒</translation>
    </message>
    <message>
        <source>{0} min {1} s</source>
        <translation>{0} 分 {1} 秒</translation>
    </message>
    <message>
        <source>{0} h {1} min</source>
        <translation>{0} 小时 {1} 分</translation>
    </message>
</context>
<context>
    <name>Worklist</name>
    <message>
        <source>Band</source>
        <translation>分级</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>Film</source>
        <translation>影像</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>判断</translation>
    </message>
    <message>
        <source>There is something to know of this film.</source>
        <translation>此影像有需要注意的地方。</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>已读</translation>
    </message>
</context>
</TS>
